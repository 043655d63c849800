"""Colours can be read and told apart, in the light and in the dark."""

from __future__ import annotations

import itertools

import pytest

from khasan.brief.theme import DARK, LIGHT, Palette, contrast, css_recolour

WORDS = ("ink", "muted", "patron_text", "rival_text", "opponent_text", "other_text")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("ground", ["paper", "wash", "band"])
def test_words_have_the_contrast_of_level_aa(palette: Palette, name: str, ground: str) -> None:
    assert contrast(getattr(palette, name), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_marks_stand_out_and_differ(palette: Palette) -> None:
    marks = [palette.patron, palette.rival, palette.opponent, palette.other, palette.ink]
    assert all(contrast(mark, palette.paper) >= 2.8 for mark in marks)
    assert all(one != other for one, other in itertools.combinations(marks, 2))


def test_every_colour_of_the_light_palette_names_one_part_and_is_recoloured() -> None:
    colours = [colour for _, colour in LIGHT.items()]
    assert len(set(colours)) == len(colours)
    assert all(f'[fill="{colour}"]' in css_recolour() for colour in colours)


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
