"""The charts of the invented brief."""

from __future__ import annotations

import math

from khasan.brief.document import Chart

PATRON = "Federated Vastavia"
CLIENT = "People's Commonwealth of Norrland-Estmark"
RIVAL = "Great Ostrava"
OPPONENT = "Atlantic Union"
HOSTILE = '<script>alert(1)</script> & "quotes" #import "x" $pi$ *bold* @note `raw` \\ end'


def finding(number: int) -> str:
    return f"share:partner=P{number},year=2024@{number:08x}"


def lanes() -> Chart:
    gave = [
        ("debt of the old union written off", "2012-09-17", "2014-05-05", "11 billion dollars", "documented", False),
        ("wheat as aid", "2014-01", "2014-12", "50,000 tonnes", "documented", False),
        ("wheat", "2019-01-01", "2020-05-30", "25,000 tonnes", "documented", True),
        (
            "refined oil over the cap, by tanker and rail",
            "2022-12",
            "2026-09",
            "1,000,000 barrels a year",
            "reported",
            False,
        ),
        ("vetoes in the council", "2022-05-26", "2026-03", "3 vetoes", "documented", False),
        ("air defence system", "2024-11-22", "2024-11-22", "1 battery", "alleged", True),
        ("satellite technology and training for engineers", "2023-09-13", "2026-10", "", "alleged", False),
        ("coal through the port", "2024-04", "2026-06", "1.2 million tonnes", "reported", False),
    ]
    back = [
        (
            "workers in forestry and construction",
            "2006",
            "2019-12-22",
            "30,000 workers at the peak",
            "documented",
            False,
        ),
        ("shells and missiles", "2022-11-18", "2026-09", "12 million rounds", "reported", False),
        ("troops", "2024-10-08", "2026-09", "14,000 soldiers", "documented", False),
        ("workers again", "2024-05", "2026-09", "8,000 to 15,000", "alleged", True),
        ("mine clearers", "2025-06-17", "2025-12-12", "1,000", "reported", True),
    ]
    rows = [
        {"giver": giver, "role": role, "label": label, "start": start, "end": end, "amount": amount, "word": word,
         "one_source": single}
        for giver, role, some in ((PATRON, "patron", gave), (CLIENT, "client", back))
        for label, start, end, amount, word, single in some
    ]  # fmt: skip
    data = {
        "lanes": rows,
        "phases": [
            {"first": 2004, "last": 2011, "label": "Drift"},
            {"first": 2012, "last": 2016, "label": "Debt and a small opening"},
            {"first": 2017, "last": 2021, "label": "Sanctions kept, borders shut"},
            {"first": 2022, "last": 2026, "label": "War and alliance"},
        ],
        "rules": [{"date": "2017-12-22", "label": "oil capped"}, {"date": "2024-06-19", "label": "treaty signed"}],
        "first": 2004,
        "last": 2027,
    }
    return Chart(
        "lanes", "Two lanes, one of them empty for decades",
        "What each side gave the other, with amounts, 2004 to 2026",
        "Sources: 38 rows, graded B2 to C3",
        "Until 2020 goods ran one way; since 2022 reported deliveries run both ways.",
        data, (finding(4),),
    )  # fmt: skip


def shares() -> Chart:
    rising: list[list[float]] = [[year, 0.12 + 0.7 / (1 + math.exp(-(year - 2004) / 4))] for year in range(1990, 2015)]
    vetted = [[p[0], p[1] + 0.1, p[1], min(1, p[1] + 0.16 + 0.06 * math.sin(p[0]))] for p in rising if p[0] > 1997]
    edited = [
        [year, min(0.99, 0.43 + 0.05 * (year - 2003)), None, None] for year in range(2003, 2025) if year not in (2012,)
    ]
    patron = [[year, 0.5 + 0.08 * math.sin(year / 3), 0.42, 0.6] for year in (*range(1955, 1961), *range(1972, 1991))]
    patron += [[year, 0.25 * math.exp(-(year - 1991) / 4), None, None] for year in range(1991, 2025)]
    data = {
        "lines": [
            {
                "name": RIVAL,
                "role": "rival",
                "compiler": "Trade Promotion Office, edited",
                "weight": "published",
                "points": edited,
            },
            {
                "name": RIVAL,
                "role": "rival",
                "compiler": "World Trade File 4.0",
                "weight": "reported",
                "points": rising,
            },
            {"name": RIVAL, "role": "rival", "compiler": "World Trade File 4.0", "weight": "vetted", "points": vetted},
            {
                "name": PATRON,
                "role": "patron",
                "compiler": "World Trade File 4.0",
                "weight": "reported",
                "points": patron,
            },
        ],
        "coverage": [
            {"compiler": "World Trade File 4.0", "years": [*range(1955, 1961), *range(1972, 2015)]},
            {"compiler": "Trade Promotion Office", "years": [year for year in range(2003, 2025) if year != 2012]},
        ],
        "rules": [
            {"date": "1991-12-26", "label": "the old union ends"},
            {"date": "2017-08-05", "label": "2017 resolutions"},
        ],
        "first": 1948,
        "last": 2026,
    }
    return Chart(
        "shares", "Take out the trade that never was, and the curve rises",
        f"Share of {CLIENT}'s trade in goods, percent",
        "Sources: World Trade File 4.0 (CC BY 4.0); Trade Promotion Office annual reports. "
        "Hatched: set aside by vetting",
        "The rival's share rises from about 15 percent in 1990 to 98 percent in 2024.", data, (finding(5), finding(6)),
    )  # fmt: skip


def slope() -> Chart:
    rows = [
        {"name": RIVAL, "role": "rival", "before": 2_600.0, "after": 2_430.0, "low": 1800.0, "high": 3100.0},
        {"name": PATRON, "role": "patron", "before": 76.0, "after": 34.0},
        {"name": "Republic of the Southern Archipelago", "role": "other", "before": 66.0, "after": 1.4},
        {"name": "Kaspia", "role": "other", "before": 60.0, "after": 58.0},
        {"name": "Mandalar", "role": "other", "before": 59.0, "after": None},
        {"name": "Tavrida", "role": "other", "before": 12.0, "after": 0.03},
        {"name": OPPONENT, "role": "opponent", "before": 3.1, "after": 0.0},
        {"name": "Lusitania", "role": "other", "before": 9.0, "after": 11.0},
    ]
    data = {"before": "2014 to 2016", "after": "2018 to 2020", "unit": "million dollars a year", "rows": rows}
    return Chart(
        "slope", "Most partners left; the rival stayed",
        "Trade by partner before and after the shock, million dollars a year",
        "Source: World Trade File 4.0 (CC BY 4.0)", "The rival's trade fell least, most others fell to nearly nothing.",
        data, (finding(7),),
    )  # fmt: skip


def leans() -> Chart:
    votes = [
        [year, 0.3 + 0.02 * (year - 1991), 0.2 + 0.02 * (year - 1991), 0.42 + 0.02 * (year - 1991)]
        for year in range(1991, 2025)
    ]
    trade = [[year, -0.9 + 0.04 * (year - 1994) * math.cos(year), None, None] for year in range(1994, 2022)]
    visits = [[year, 0.1 * math.sin(year), -0.2, 0.3] for year in (*range(2000, 2008), *range(2012, 2026))]
    data = {
        "one": CLIENT,
        "other": "Republic of South Norrland",
        "lines": [
            {"layer": "Votes in the assembly", "points": votes},
            {"layer": "Trade against expectation", "points": trade},
            {"layer": "Visits of heads", "points": visits},
        ],
        "acts": [
            {"date": "2006-10-14", "label": "votes for the first measure", "kind": "vote"},
            {"date": "2017-12-22", "label": "votes for the oil cap", "kind": "vote"},
            {"date": "2018-02-01", "label": "delivers oil above the notified amount", "kind": "deed"},
            {"date": "2024-03-28", "label": "vetoes the panel of monitors", "kind": "vote"},
            {"date": "2024-03-28", "label": f"sends a train of {HOSTILE}", "kind": "deed"},
        ],
    }
    return Chart(
        "leans", "Words to one, goods to the other", "Lean of the patron, from -1 to 1, by layer",
        "Sources: roll calls (CC0); World Trade File 4.0",
        "On votes the lean grows; on trade it is negative throughout.",
        data, (finding(8),),
    )  # fmt: skip


def distances(mapped: bool = True) -> Chart:
    places = [
        ("Republic of South Norrland", "land", 734, 37.5, 127.0, True), ("Nihonia", "sea", 880, 35.6, 139.7, True),
        ("Aleutia", "sea", 88, 52.0, 158.0, True), ("Tumen crossing", "border", 0, 42.4, 130.6, False),
    ]  # fmt: skip
    rows = [
        {"name": name, "kind": kind, "km": km, "member": member, **({"latitude": a, "longitude": b} if mapped else {})}
        for name, kind, km, a, b, member in places
    ]
    data = {
        "patron": PATRON, "client": CLIENT, "rows": rows,
        "counterfactual":
            "Without the client between them the bloc's nearest land neighbour would stand 17 kilometres away.",
    }  # fmt: skip
    return Chart(
        "distances", "A buffer of 700 kilometres",
        "Distance from the patron's border to members of the bloc, kilometres",
        "Source: state boundaries (public domain)", "The nearest member by land is 734 kilometres away.", data,
    )  # fmt: skip
