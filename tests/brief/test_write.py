"""Files of a brief: PDF, JSON and CSV, all or none."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pypdf
import pytest
from made_up import CHANNELS, made_up
from made_up_charts import HOSTILE

from khasan.brief import write
from khasan.brief.data import brief_data
from khasan.brief.document import Brief, Prose, Run
from khasan.brief.pdf import render_pdf
from khasan.brief.write import check_folder, write_brief
from khasan.ledger.errors import InputError
from khasan.ledger.export import csv_text


@pytest.fixture(scope="module")
def pdf(brief: Brief) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_pdf(brief)))


def words(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


def test_pdf_has_pages_numbers_and_text(pdf: pypdf.PdfReader, brief: Brief) -> None:
    text = words(pdf)
    assert 4 <= len(pdf.pages) <= 12
    assert f"1 / {len(pdf.pages)}" in text
    assert "34 million dollars" in text
    assert "What became known since 1 June 2026" in text
    assert all(f"[{note.number}]" in text for note in brief.notes)
    assert pdf.metadata is not None
    assert pdf.metadata.title == brief.headline.text


def test_pdf_is_a4_and_charts_keep_their_text(pdf: pypdf.PdfReader) -> None:
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert "11 billion dollars" in words(pdf)
    assert "suspect flows set aside" in words(pdf)


def test_pdf_takes_hostile_text_as_text(pdf: pypdf.PdfReader) -> None:
    assert '#import "x" $pi$ *bold* @note `raw`' in words(pdf)


def test_pdf_links_are_http_only(pdf: pypdf.PdfReader) -> None:
    found = [
        str(action.get_object()["/URI"])
        for page in pdf.pages
        for note in page.get("/Annots") or ()
        if (action := note.get_object().get("/A")) and "/URI" in action.get_object()
    ]
    assert found
    assert all(link.startswith("https://example.org") for link in found)


def test_pdf_fonts_are_bundled(pdf: pypdf.PdfReader) -> None:
    pages: list[Any] = list(pdf.pages)
    used = [font for page in pages for font in page["/Resources"]["/Font"].values()]
    fonts = {str(font.get_object()["/BaseFont"]) for font in used}
    assert all("SourceSansPro" in font or "Libertinus" in font or "DejaVu" in font for font in fonts), fonts


def test_pdf_is_the_same_each_time(brief: Brief) -> None:
    assert render_pdf(brief) == render_pdf(brief)


def test_a_bare_brief_is_a_pdf() -> None:
    bare = made_up(sections=(), changes=(), struck=(), notes=(), standard=Prose(()), since=None, as_of="")
    assert len(pypdf.PdfReader(io.BytesIO(render_pdf(bare))).pages) == 1


def test_json_follows_its_schema(brief: Brief) -> None:
    schema = json.loads((files("khasan.brief") / "brief.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(json.dumps(brief_data(brief), allow_nan=False))
    jsonschema.Draft202012Validator(schema).validate(data)
    assert data["schema"] == "khasan-brief/1"
    assert len(data["answers"]) == 5
    for answer in data["answers"]:
        for span in answer["spans"]:
            assert answer["text"][span["start"] : span["end"]].strip()
    assert (
        data["bottom_line"][slice(*[data["bottom_line_spans"][0][key] for key in ("start", "end")])]
        == "34 million dollars"
    )


def test_json_has_no_numbers_that_are_not_finite(brief: Brief) -> None:
    odd = replace(brief, findings=({"id": "x", "value": float("nan"), "low": float("-inf")},))
    assert brief_data(odd)["findings"] == [{"id": "x", "value": None, "low": None}]


def test_csv_is_harmless_in_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(made_up().evidence))))
    assert rows[0] == ["row", "value", "low", "text", "note"]
    assert rows[1] == ["r1", "-12.5", "", '\'=HYPERLINK("http://x")', "'-1+2"]
    assert rows[2][0] == "'@r2"
    assert rows[2][3:] == ["'+1 then \tmore", '\'\tplain, "quoted"']
    assert csv_text(()) == ""
    assert csv_text([{"value": -3.5}, {"value": None}]) == 'value\n-3.5\n""\n'
    assert csv_text([{"value": "-3.5"}, {"value": "x"}]) == "value\n'-3.5\nx\n"


def test_all_files_are_written_and_nothing_else(brief: Brief, tmp_path: Path) -> None:
    written = write_brief(brief, tmp_path / "a" / "out")
    assert sorted(path.name for path in written) == ["brief.html", "brief.json", "brief.pdf", "evidence.csv"]
    assert sorted((tmp_path / "a" / "out").iterdir()) == sorted(written)
    again = write_brief(brief, tmp_path / "a" / "out", pdf=False)
    assert sorted((tmp_path / "a" / "out").iterdir()) == sorted(again)
    assert len(again) == 3
    assert json.loads((tmp_path / "a" / "out" / "brief.json").read_text())["channels"][-1]["latest"] == HOSTILE
    assert len(CHANNELS) >= 13


def test_a_failure_leaves_nothing_behind(brief: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "brief.html").write_text("old")

    def fail(*_: object) -> bytes:
        raise RuntimeError("no")

    monkeypatch.setattr(write, "render_pdf", fail)
    with pytest.raises(RuntimeError):
        write_brief(brief, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["brief.html"]
    assert (tmp_path / "brief.html").read_text() == "old"


def test_a_folder_that_cannot_be_written_is_named(brief: Brief, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"--out .*file"):
        write_brief(brief, tmp_path / "file", pdf=False)
    with pytest.raises(InputError, match="is not a folder"):
        check_folder(tmp_path / "file" / "deeper")
    check_folder(tmp_path / "new" / "deeper")
    (tmp_path / "brief.json").mkdir()
    with pytest.raises(InputError, match=r"brief\.json"):
        write_brief(brief, tmp_path, pdf=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brief.json", "file"]


def test_half_a_surrogate_does_not_stop_a_brief(brief: Brief, tmp_path: Path) -> None:
    odd = replace(brief, bottom_line=Prose((Run("a \ud800 b"),)))
    assert write_brief(odd, tmp_path)
