"""The page: escaped, self-contained, every number leads to its note."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

from made_up import made_up
from made_up_charts import HOSTILE

from khasan.brief.document import Brief, Cell, Prose, Run, Section
from khasan.brief.marks import cap_bar, safe_address, say_day, sparkline
from khasan.brief.page import render_html

VOID = {"meta", "link", "br", "path", "circle", "rect", "line", "text"}


class Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def all(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def proses(brief: Brief) -> list[Prose]:
    found = [brief.headline, brief.bottom_line, brief.standard, *brief.struck]
    for section in (*brief.sections, *brief.changes):
        found += [section.title, section.answer, *section.conflicts, *section.unknown]
        found += [cell.prose for table in section.tables for row in table.rows for cell in row]
    return found


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    reader = Reader(page)
    assert not {tag for tag, _ in reader.tags} & {"script", "img", "iframe", "object", "embed", "base", "form", "video"}
    assert not reader.all("src")
    assert [entry for tag, entry in reader.tags if tag == "link"] == [{"rel": "icon", "href": "data:,"}]
    assert not [name for _, entry in reader.tags for name in entry if name.startswith("on")]
    assert "@import" not in page
    assert not re.search(r"url\((?!#figure-)", page)


def test_only_http_addresses_become_links(page: str) -> None:
    links = [entry["href"] for tag, entry in Reader(page).tags if tag == "a"]
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    assert "https://example.org/a?b=1&c=<2>" in links
    assert "(javascript:alert(1))" in page
    assert "(file:///etc/passwd)" in page


def test_hostile_text_is_escaped(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_tags_are_closed_in_order(page: str) -> None:
    stack: list[str] = []

    class Order(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in {"meta", "link", "br"}:
                stack.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert stack.pop() == tag

    Order().feed(page)
    assert stack == []


def margin_notes(page: str) -> int:
    """Count the short notes that float beside the text."""
    return sum(part.count("<p ") for part in re.findall(r'<div class="margin".*?</div>', page, re.DOTALL))


def test_every_marked_number_is_rendered_with_its_finding(brief: Brief, page: str) -> None:
    wanted = Counter(run.finding for prose in proses(brief) for run in prose.runs if run.finding)
    beside = re.sub(r'<(li|p)( id="note-\d+")? data-finding="[^"]*"', r"<\1\2", page)
    assert Counter(Reader(beside).all("data-finding")) == wanted
    assert page.count("data-finding") == beside.count("data-finding") + page.count('class="note"') + margin_notes(page)
    assert Counter(Reader(page).all("data-row")) == Counter({"row-17": 1})


def test_ids_are_unique_and_every_inner_link_has_its_target(page: str) -> None:
    reader = Reader(page)
    ids = reader.all("id")
    assert len(set(ids)) == len(ids)
    inner = {value[1:] for value in reader.all("href") if value.startswith("#")}
    assert inner <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_a_note_is_marked_once_a_sentence(brief: Brief) -> None:
    prose = Prose((Run("a", "f"), Run(" and "), Run("b", "f"), Run(". Then "), Run("c", "f"), Run(".")))
    page = render_html(replace(brief, bottom_line=prose, notes=(replace(brief.notes[0], finding="f"),)))
    lead = page.split('class="lead"')[1].split("</p>")[0]
    assert lead.count('<a class="n" data-finding="f" href="#note-1">') == 3
    assert lead.count('class="mark"') == 2
    assert lead.count('id="cite-1"') == 1


def test_sections_speak_only_where_there_is_something_to_say(page: str) -> None:
    assert page.count("Where sources differ") == 1
    assert page.count("What is not known") == 3
    assert "What became known since 1 June 2026" in page
    assert "<s>Row 12" in page


def test_missing_says_why_and_law_has_mark_and_word(page: str) -> None:
    assert 'title="the port publishes no tonnage">no data' in page
    assert re.search(r'class="sign" aria-hidden="true">●</span> banned', page)


def test_headings_and_language(page: str) -> None:
    assert '<html lang="en">' in page
    tags = [tag for tag, _ in Reader(page).tags]
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    assert 'class="skip" href="#main"' in page
    assert 'name="description"' in page


def test_each_chart_is_drawn_twice(page: str) -> None:
    assert page.count('class="drawn wide"') == page.count('class="drawn narrow"') == 5
    assert page.count('viewBox="0 0 640 ') == page.count('viewBox="0 0 340 ') == 5


def test_a_bare_brief_is_a_page() -> None:
    empty = Prose(())
    section = Section("Bond", Prose((Run("Nothing is known"),)), empty, None, (), (), (empty,), ())
    page = render_html(made_up(sections=(section,), changes=(), struck=(), notes=(), standard=empty, since=None))
    assert "Nothing is known" in page
    assert "What is not known" not in page
    assert 'id="notes"' not in page


def test_addresses() -> None:
    assert safe_address(" https://example.org/x ") == "https://example.org/x"
    for bad in ("javascript:alert(1)", "//example.org", "https:", "data:text/html,x", "http://[", HOSTILE):
        assert safe_address(bad) == ""


def test_small_drawings() -> None:
    line = sparkline(Cell(Prose(()), "sparkline", points=((2000, 1), (2001, 2), (2003, 3))))
    assert line.count("M") == 3  # two runs, and a dot for the year that stands alone
    assert "2000 to 2003" in line
    bar = cap_bar(Cell(Prose(()), "bar", points=((1.4, 2.0),)))
    assert "140 percent of the cap" in bar
    assert cap_bar(Cell(Prose(()), "bar")) == sparkline(Cell(Prose(()), "sparkline")) == ""
    assert sparkline(Cell(Prose(()), "sparkline", points=((2000, 1),)))


def test_days() -> None:
    assert [say_day(day) for day in ("2024-03-28", "2024-03", "2024", "spring")] == [
        "28 March 2024",
        "March 2024",
        "2024",
        "spring",
    ]
