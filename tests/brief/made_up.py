"""A brief about invented states, as long and as hostile as a real one may be."""

from __future__ import annotations

import math

from made_up_charts import CLIENT, HOSTILE, OPPONENT, PATRON, RIVAL, distances, finding, lanes, leans, shares, slope

from khasan.brief.document import Brief, Cell, Note, Prose, Run, Section, Table

CHANNELS = (
    ("Goods trade with the patron", "34 million dollars, 2024", "capped"),
    ("Crude oil by pipeline, as the compiler estimates it", "525,000 tonnes a year", "exempt"),
    ("Refined oil, reported to the committee", "15,279 barrels, January 2024", "capped"),
    ("Refined oil, estimated from ship visits", "over 1,000,000 barrels", "capped"),
    ("Coal through the free port", "", "exempt"),
    ("Workers abroad", "8,000 to 15,000 in 2025", "banned"),
    ("Wheat and flour", "540 tonnes, January 2026", "open"),
    ("Shells and missiles", "12 million rounds", "banned"),
    ("Soldiers", "14,000", "banned"),
    ("Tourism", "880 visitors, 2024", "open"),
    ("Rail freight over the bridge", "2,100 wagons", "open"),
    ("Stolen crypto-assets", "1.34 billion dollars, 2024", "banned"),
    ("Fishing licences", "3,000 licences", "banned"),
    ("Internet transit", HOSTILE, "open"),
)


def words(*parts: str | tuple[str, int]) -> Prose:
    """Prose from text and (number, note)."""
    return Prose(tuple(Run(part) if isinstance(part, str) else Run(part[0], finding(part[1])) for part in parts))


def plain(text: str) -> Prose:
    return Prose((Run(text),))


def cell(text: str, number: int = 0, kind: str = "text", **more: object) -> Cell:
    return Cell(Prose((Run(text, finding(number) if number else ""),)), kind, **more)  # type: ignore[arg-type]


def channel_table() -> Table:
    rows = []
    for place, (name, latest, law) in enumerate(CHANNELS):
        trend = tuple((2010.0 + year, abs(math.sin(year * (place + 1))) * 10) for year in range(12) if year != 5)
        rows.append((
            cell(name),
            cell(latest, place + 9 if latest else 0, why_missing="" if latest else "the port publishes no tonnage"),
            cell("", kind="sparkline", points=trend if place % 5 else ()), cell(law, kind="law"),
            cell("140 percent", place + 9, kind="bar", points=((1.4, 2.0),)) if law == "capped" else cell(""),
        ))  # fmt: skip
    return Table("Every channel, its latest figure and its law", "Latest figure known, trend since 2010",
                 ("Channel", "Latest", "Trend", "Law", "Use of the cap"), tuple(rows), "Sources: 61 rows")  # fmt: skip


def number_table() -> Table:
    rows = tuple(
        (
            cell(name),
            cell(one, 9, "number"),
            cell(two, 10, "number"),
            cell("", kind="number", why_missing="not published"),
        )
        for name, one, two in ((RIVAL, "2,430.5", "98.1"), (PATRON, "34", "1.37"), ("Others", "12.25", "0.5"))
    )
    return Table("Trade by partner", "Million dollars, and percent of the total",
                 ("Partner", "Million dollars, 2024", "Percent", "2025"),
                 rows, "Source: Trade Promotion Office", (1, 2, 3))  # fmt: skip


def notes() -> tuple[Note, ...]:
    made = []
    for number in range(1, 9 + len(CHANNELS)):
        sources: tuple[tuple[str, str], ...] = (
            ("Vastavian News Agency, 19 September 2012, C2", "https://example.org/a?b=1&c=<2>"),
        )
        if number == 5:
            sources = (("A hostile source", "javascript:alert(1)"), ("A file", "file:///etc/passwd"), (HOSTILE, ""))
        if number == 3:
            sources += tuple(
                (f"Panel of experts, report {k}, paragraph {k * 7}", f"https://example.org/report/{k}")
                for k in range(5)
            )
        text = HOSTILE if number == 6 else (
            f"{number * 26} of {number * 27} million dollars, "
            "with an estimate of crude oil that customs do not report. "
            "One debt under two exchange rates: one estimate, two scenarios. Reprints of one report count once."
        )  # fmt: skip
        made.append(Note(number, finding(number), f"Channel figure {number}", text, "reported", "B2", sources))
    return tuple(made)


def sections() -> tuple[Section, ...]:
    bond = Section(
        "Bond", plain("Gifts until 2020; since 2022 both sides give"),
        words("Until 2020 goods ran one way: a debt of ", ("11 billion dollars", 4), " was nine tenths forgiven, "
              "and wheat came as aid. Since September 2022 reported deliveries run both ways. "
              "No page that was found shows a contract that ties one "
              "leg to the other, so it is said ", "“at the same time”, not “in return”."),
        lanes(), (), (), (words("Whether the veto was paid for is not known."),), (finding(4),),
    )  # fmt: skip
    dependence = Section(
        "Dependence",
        words(f"{RIVAL}'s share is ", ("nine tenths", 5), ", and has been longer than the statistics say"),
        words("The office puts the rival's share at ", ("98 percent", 5), " in 2024, from ", ("43 to 74 percent", 6),
              " in 2009. World files show far less for the 2000s, "
              "because partners book trade with the South as trade with the North. "
              "In the same year the office counted ", ("98 percent", 5), " again."),
        shares(), (number_table(),),
        (
            words("2010: ", ("83.0 percent", 5), " (office), 56.9 (institute, with the South), 45.3 (association)."),
            words(HOSTILE),
        ),
        (),
        (finding(5), finding(6)),
    )  # fmt: skip
    lifeline = Section(
        "Lifeline", plain("What is open, exempt, capped and banned"),
        words("After the shock trade with all partners fell by ", ("55 percent", 7), "; the rival made up ",
              ("nine tenths", 9), " of the rest."),
        slope(), (channel_table(),), (),
        (words("The patron has reported no oil deliveries since January 2024. No data is not zero."),), (finding(7),),
    )  # fmt: skip
    stance = Section("Stance", plain("Votes lean one way, goods the other"),
                     words("On votes the patron leans by ", ("0.41", 8), " towards the client; on trade it does not."),
                     leans(), (), (), (), (finding(8),))  # fmt: skip
    reasons = Section("Reasons", plain("A buffer, and a rival that would pay instead"),
                      Prose((Run("The crossing is "), Run("17 kilometres", row="row-17"),
                             Run(" long. In the model it stops in few worlds."))),
                      distances(), (), (), (words("The cost of an airlift is not known."),), ())  # fmt: skip
    return bond, dependence, lifeline, stance, reasons


def made_up(**changes: object) -> Brief:
    """Return the whole invented brief."""
    change = Section("", plain("A report of the monitors names two more tankers"),
                     words("The estimate rises to ", ("1.1 million barrels", 12), "."),
                     None, (), (), (), (finding(12),))  # fmt: skip
    values: dict[str, object] = {
        "patron": "VAS", "client": "NOE", "opponent": "ATL", "rival": "OST",
        "names": {"VAS": PATRON, "NOE": CLIENT, "ATL": OPPONENT, "OST": RIVAL},
        "as_of": "2026-11-24", "since": "2026-06-01",
        "dateline": f"{PATRON} · {CLIENT} · {OPPONENT} | as of 24 November 2026 | "
                    "1,459 figures, 443 sources, 98 origins",
        "headline": plain(f"{PATRON} and its client hardly trade, yet since 2022 oil and vetoes go one way "
                          "while shells and soldiers go the other"),
        "bottom_line": words("Trade between the two was ", ("34 million dollars", 1), " in 2024, about ",
                             ("one dollar in eighty", 2), " of what the rival traded. "
                             "What the patron gives that the rival does not is cover: it vetoed the monitors in ",
                             ("March 2024", 3), ". In the model it stops in few worlds, "
                             "and only at costs outside what history has seen."),
        "standard": words("Letters grade the source, digits the row (A1 best). "
                          "Documented, reported, alleged and disputed are used as "
                          "defined. No number here is typed in: each mark leads to its rows."),
        "sections": sections(), "changes": (change,),
        "struck": (words("Row 12: 40,000 workers in 2025, retracted on 3 May 2026 because the source withdrew it."),),
        "notes": notes(),
        "channels": tuple({"channel": name, "latest": latest, "law": law} for name, latest, law in CHANNELS),
        "findings": tuple(
            {"id": finding(k), "value": k / 10, "low": k / 20, "high": k / 5, "unit": "percent"} for k in range(1, 23)
        ),
        "sources": ({"source": "news-agency", "title": HOSTILE, "url": "https://example.org"},),
        "evidence": (
            {"row": "r1", "value": -12.5, "low": None, "text": "=HYPERLINK(\"http://x\")", "note": "-1+2"},
            {"row": "@r2", "value": 3, "low": 1.0, "text": "+1 then \tmore", "note": "\tplain, \"quoted\""},
        ),
    }  # fmt: skip
    return Brief(**{**values, **changes})  # type: ignore[arg-type]
