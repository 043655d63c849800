"""Which files are which data set, and in which form; publishers' files say what the Parquet of their content says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from source_frames import CASEBOOK, needs_casebook

from khasan.ledger.errors import InputError
from khasan.ledger.read import read_csv
from khasan.sources.actors import actors_of
from khasan.sources.datasets import (
    Reading,
    assign,
    data_sets,
    file_hash,
    find_in_folder,
    names_of,
    read_data_set,
    reference_rows,
)
from khasan.sources.tabular import file_columns

pytestmark = needs_casebook


@pytest.fixture(scope="module")
def world() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Actors and names of the shipped casebook."""
    table = read_csv(CASEBOOK / "actor.csv", "actor")
    return actors_of(table), names_of(table)


@pytest.fixture
def reading(world: tuple[pl.DataFrame, pl.DataFrame]) -> Callable[..., Reading]:
    """Read the named files of a data set."""

    def read(dataset: str, *paths: Path) -> Reading:
        return read_data_set(data_sets()[dataset], assign(data_sets()[dataset], paths), *world)

    return read


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file; a blank at the start of a line is none of it."""
    path = folder / name
    path.write_bytes("".join(f"{line.strip()}\r\n" for line in text.strip().splitlines()).encode(encoding))
    return path


def panels_of(read: Reading) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of each panel without their order."""
    return {name: sorted(frame.rows(), key=str) for name, frame in read.mapped.panels.items()}


def test_every_part_has_columns_and_every_source_a_row() -> None:
    for dataset in data_sets().values():
        for form in dataset.forms:
            assert all(file_columns(part) for part in form.parts), dataset.id
        assert set(dataset.sources) == set(reference_rows(dataset.sources)["source"].get_column("id")), dataset.id


def test_no_name_belongs_to_two_data_sets_but_the_list_of_states() -> None:
    names: dict[str, set[str]] = {}
    for dataset in data_sets().values():
        for form in dataset.forms:
            for part in form.parts.values():
                for name in part:
                    names.setdefault(name.casefold(), set()).add(dataset.id)
    shared = {name for name, owners in names.items() if len(owners) > 1}
    assert shared == {"cow_states.parquet", "cow_states.csv", "states2016.csv", "statelist2024.csv"}


# Each pair: a made-up slice in the publisher's own columns, and the same content in those of the R package.

TRADE = """
ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,smoothtotrade,spike1,spike2,dip1,dip2,trdspike,tradedip,bel_lux_alt_flow1,bel_lux_alt_flow2,china_alt_flow1,china_alt_flow2,source1,source2,version
2,20,1920,United States of America,Canada,611.86,735.48,611.86,735.48,1347.34,0,0,0,0,0,0,-9,-9,-9,-9,1,1,4
365,731,1990,Russia,North Korea,891,1315,891,1315,2206,0,0,0,0,0,0,-9,-9,-9,-9,2,2,4
731,732,1990,North Korea,South Korea,0,-9,0,-9,-9,0,0,0,0,0,0,-9,-9,-9,-9,-9,-9,4
365,731,1992,Russia,North Korea,65,277,65,277,342,0,0,0,0,0,0,-9,-9,-9,-9,2,2,4
"""
TRADE_ROWS = {
    "ccode1": [20, 365, 732, 731, 365],
    "ccode2": [2, 731, 731, 365, 731],
    "year": [1920, 1990, 1990, 1992, 1992],
    "flow1": [735.48, 891.0, float("nan"), 277.0, 65.0],
    "flow2": [611.86, 1315.0, 0.0, 65.0, float("nan")],
}

ALLIANCE = """
version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,dyad_st_year,dyad_end_day,dyad_end_month,dyad_end_year,left_censor,right_censor,defense,neutrality,nonaggression,entente,year,version
223,365,"Russia",731,"North Korea",6,7,1961,31,12,1990,0,0,1,0,1,0,1990,4.1
224,365,"Russia",731,"North Korea",6,7,1961,31,12,1990,0,0,0,0,0,1,1990,4.1
223,365,"Russia",731,"North Korea",6,7,1961,31,12,1990,0,0,1,0,1,0,1989,4.1
9,2,"United States of America",666,"Israel",30,11,1981,,,,0,0,0,0,0,1,0,4.1
"""
ALLIANCE_ROWS = {
    "ccode1": [365, 365, 731, 731],
    "ccode2": [731, 731, 365, 365],
    "year": [1989, 1990, 1989, 1990],
    "cow_defense": [1, 1, 1, 1],
    "cow_neutral": [0, 0, 0, 0],
    "cow_nonagg": [1, 1, 1, 1],
    "cow_entente": [0, 1, 0, 1],
}

ATOP = """
ddyad,year,atopally,defense,offense,neutral,nonagg,consul,shareob,bilatno,multino,number,asymm,transyr,atopid1,stateA,stateB,version
365731,1990,1,1,0,0,1,0,1,1,0,1,0,0,3300,365,731,5.1
731365,1990,1,0,0,0,1,0,1,1,0,1,1,0,3300,731,365,5.1
"""
ATOP_ROWS = {
    "ccode1": [365, 731],
    "ccode2": [731, 365],
    "year": [1990, 1990],
    "atop_defense": [1, 0],
    "atop_offense": [0, 0],
    "atop_neutral": [0, 0],
    "atop_nonagg": [1, 1],
    "atop_consul": [0, 0],
}

BORDER = """
dyad,statelno,statelab,statehno,statehab,conttype,begin,end,notes,version
365731,365,"RUS",731,"PRK",1,194809,201612,"note, with a comma",3.2
2020,2,"USA",20,"CAN",1,192001,201612,,3.2
"""
BORDER_ROWS = {
    "ccode1": [365, 731, 2, 20],
    "ccode2": [731, 365, 20, 2],
    "conttype": [1, 1, 1, 1],
    "stdate": ["1948-09-01", "1948-09-01", "1920-01-01", "1920-01-01"],
    "enddate": ["2016-12-01", "2016-12-01", "2016-12-01", "2016-12-01"],
}

CAPABILITIES = """
stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version
PRK,731,2010,-9,1106,250,28540,24501,4714,.012176933,2025
USA,2,2010,693600000,1569,80495,3321054,309011.5,0,.14,2025
"""
CAPABILITIES_ROWS = {
    "ccode": [731, 2],
    "year": [2010, 2010],
    "milex": [None, 693600000],
    "milper": [1106, 1569],
    "irst": [250, 80495],
    "pec": [28540, 3321054],
    "tpop": [24501.0, 309011.5],
    "upop": [4714.0, 0.0],
    "cinc": [0.012176933, 0.14],
}

NATIONAL = """
ccode,statename,stateabb,year,imports,exports,alt_imports,alt_exports,source1,source2,version
731,North Korea,PRK,2010,4275.99,2142.75,,,,,4
731,North Korea,PRK,2011,-9,,,,,,4
"""
NATIONAL_ROWS = {"ccode": [731, 731], "year": [2010, 2011], "imports": [4275.99, None], "exports": [2142.75, None]}

STATES = """
stateabb,ccode,statenme,styear,stmonth,stday,endyear,endmonth,endday,version
PRK,731,North Korea,1948,9,9,2016,12,31,2016
RUS,365,Russia,1816,1,1,2016,12,31,2016
"""
STATES_ROWS = {
    "ccode": [731, 365],
    "styear": [1948, 1816],
    "stmonth": [9, 1],
    "stday": [9, 1],
    "endyear": [2016, 2016],
    "endmonth": [12, 12],
    "endday": [31, 31],
}

LEADERS = (
    "obsid\tleadid\tccode\tidacr\tleader\tstartdate\teindate\tenddate\teoutdate\tentry\texit\texitcode\n"
    "PRK-1948\tA2\t731\tPRK\tKim Il-Sung\t1948-09-09\t1948-09-09\t1994-07-08\t1994-07-08\tRegular\tNatural Death\t.\n"
    "COL-1990\tA3\t100\tCOL\tC\u00e9sar Gaviria\t1990-08-07\t\t1994-08-07\t\tRegular\tRegular\tRegular\n"
)
LEADERS_ROWS = {
    "gwcode": [731, 100],
    "leader": ["Kim Il-Sung", "C\u00e9sar Gaviria"],
    "startdate": ["1948-09-09", "1990-08-07"],
    "enddate": ["1994-07-08", "1994-08-07"],
    "entry": ["Regular", "Regular"],
    "exit": ["Natural Death", "Regular"],
}

DISPUTES = """
dispnum,stday,stmon,styear,endday,endmon,endyear,outcome,settle,fatality,fatalpre,maxdur,mindur,hiact,hostlev,recip,numa,numb,version
50,25,6,1950,27,7,1953,6,1,6,-9,1129,1129,20,5,1,2,17,2.2.1
51,-9,13,1918,1,1,1919,-9,-9,-9,-9,10,5,7,3,0,1,1,2.2.1
"""
DISPUTES_ROWS = {
    "dispnum": [50, 51],
    "styear": [1950, 1918],
    "stmon": [6, 13],
    "outcome": [6, -9],
    "settle": [1, -9],
    "fatality": [6, -9],
    "mindur": [1129, 5],
    "maxdur": [1129, 10],
    "hiact": [20, 7],
    "hostlev": [5, 3],
    "recip": [1, 0],
}


@pytest.mark.parametrize(
    ("dataset", "name", "text", "parquet", "rows"),
    [
        ("cow-trade", "Dyadic_COW_4.0.csv", TRADE, "cow_trade_dyads.parquet", TRADE_ROWS),
        ("cow-national-trade", "National_COW_4.0.csv", NATIONAL, "cow_trade_sy.parquet", NATIONAL_ROWS),
        ("cow-capabilities", "NMC-70-abridged.csv", CAPABILITIES, "cow_nmc.parquet", CAPABILITIES_ROWS),
        ("cow-states", "states2016.csv", STATES, "cow_states.parquet", STATES_ROWS),
        ("cow-contiguity", "contdir.csv", BORDER, "cow_contdir.parquet", BORDER_ROWS),
        ("cow-alliances", "alliance_v4.1_by_directed_yearly.csv", ALLIANCE, "cow_alliance.parquet", ALLIANCE_ROWS),
        ("atop-alliances", "atop5_1ddyr.csv", ATOP, "atop_alliance.parquet", ATOP_ROWS),
        ("disputes", "gml-mida-2.2.1.csv", DISPUTES, "gml_mid_disps.parquet", DISPUTES_ROWS),
        ("leaders", "1March_Archigos_4.1.txt", LEADERS, "archigos.parquet", LEADERS_ROWS),
    ],
)
def test_both_forms_say_the_same(
    tmp_path: Path,
    reading: Callable[..., Reading],
    dataset: str,
    name: str,
    text: str,
    parquet: str,
    rows: dict[str, list[object]],
) -> None:
    frame = pl.DataFrame(rows)
    dates = [column for column in frame.columns if column.endswith("date")]
    frame.with_columns(pl.col(dates).str.to_date()).write_parquet(tmp_path / parquet)
    encoding = "cp1252" if dataset == "leaders" else "utf-8"
    publisher = reading(dataset, write(tmp_path, name, text, encoding))
    package = reading(dataset, tmp_path / parquet)
    assert panels_of(publisher) == panels_of(package)
    assert all(frame.height for frame in publisher.mapped.panels.values())
    assert publisher.version == package.version
    assert publisher.sha256 != package.sha256


VOTES = """
"",rcid,ccode,member,vote,Country,Countryname,year,session,abstain,yes,no,importantvote,date,unres,amend,para,short,descr,me,nu,di,hr,co,ec,resid
1,3,2,1,1,USA,United States,1946,1,4,29,18,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES",x,0,0,0,0,0,0,1001
2,3,365,1,3,RUS,Russia,1946,1,4,29,18,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES",x,0,0,0,0,0,0,1001
3,3,731,0,9,PRK,North Korea,1946,1,4,29,18,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES",x,0,0,0,0,0,0,1001
4,9147,2,1,3,USA,United States,2019,74,4,29,18,NA,2019-12-27,R/74/1,NA,NA,NA,x,1,0,0,1,0,0,74001
5,9147,365,1,1,RUS,Russia,2019,74,4,29,18,NA,2019-12-27,R/74/1,NA,NA,NA,x,1,0,0,1,0,0,74001
6,9147,731,1,8,PRK,North Korea,2019,74,4,29,18,NA,2019-12-27,R/74/1,NA,NA,NA,x,1,0,0,1,0,0,74001
7,9147,565,1,2,NAM,Namibia,2019,74,4,29,18,NA,2019-12-27,R/74/1,NA,NA,NA,x,1,0,0,1,0,0,74001
8,9147,NA,1,1,PSE,Palestine,2019,74,4,29,18,NA,2019-12-27,R/74/1,NA,NA,NA,x,1,0,0,1,0,0,74001
"""
VOTES_ROWS = {
    "rcid": [3, 3, 9147, 9147, 9147, 9147],
    "country": ["United States", "Russia", "United States", "Russia", "Namibia", "Palestine"],
    "country_code": ["US", "RU", "US", "RU", "NA", None],
    "vote": ["yes", "no", "no", "yes", "abstain", "yes"],
}
CALLS_ROWS = {
    "rcid": [3, 9147],
    "session": [1.0, 74.0],
    "importantvote": [0, None],
    "date": ["1946-01-01", "2019-12-27"],
    "unres": ["R/1/66", "R/74/1"],
    "short": ["AMENDMENTS, RULES", None],
}
ISSUES_ROWS = {
    "rcid": [9147, 9147],
    "short_name": ["me", "hr"],
    "issue": ["Palestinian conflict", "Human rights"],
}


def vote_files(folder: Path, ending: str) -> list[Path]:
    """Write the three files of the R package."""
    frames = {
        "un_votes": pl.DataFrame(VOTES_ROWS).with_columns(pl.col("vote").cast(pl.Categorical())),
        "un_roll_calls": pl.DataFrame(CALLS_ROWS).with_columns(pl.col("date").str.to_date()),
        "un_roll_call_issues": pl.DataFrame(ISSUES_ROWS).with_columns(pl.col("issue").cast(pl.Categorical())),
    }
    for name, frame in frames.items():
        if ending == "parquet":
            frame.write_parquet(folder / f"{name}.parquet")
        else:  # as R writes it: NA for missing, so that the code of Namibia reads as missing too
            frame.write_csv(folder / f"{name}.csv", null_value="NA")
    return [folder / f"{name}.{ending}" for name in frames]


def test_votes_of_the_publisher_and_of_the_package_are_one_data_set_and_say_the_same(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    one = reading("unga-votes", write(tmp_path, "UNVotes.csv", VOTES))
    three = reading("unga-votes", *vote_files(tmp_path, "parquet"))
    text = reading("unga-votes", *vote_files(tmp_path, "csv"))
    assert panels_of(one) == panels_of(three) == panels_of(text)
    assert sorted(one.mapped.panels["vote"].rows()) == [
        (3, "SUN", "no"), (3, "USA", "yes"), (9147, "NAM", "abstain"), (9147, "RUS", "yes"), (9147, "USA", "no")
    ]  # fmt: skip
    assert one.mapped.set_aside == three.mapped.set_aside == text.mapped.set_aside == 1
    assert one.mapped.panels["roll_call"].sort("roll_call").get_column("voters").to_list() == [2, 4]
    assert (one.version, three.version) == ("2021", "2020-01")


def test_contiguity_by_years_is_another_form_of_contiguity(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    header = "dyad,state1no,state1ab,state2no,state2ab,year,conttype,version\n"
    rows = [f"{a}{b},{a},X,{b},Y,{year},1,3.2" for a, b in ((365, 731), (731, 365)) for year in (1990, 1991, 1992)]
    read = reading("cow-contiguity", write(tmp_path, "contdird.csv", header + "\n".join(rows)))
    spells = {
        (one, other): (str(start), str(end)) for one, other, _, _, start, end, _ in read.mapped.panels["border"].rows()
    }
    assert spells == {
        ("SUN", "PRK"): ("1990-01-01", "1991-12-25"),
        ("PRK", "SUN"): ("1990-01-01", "1991-12-25"),
        ("RUS", "PRK"): ("1991-12-26", "1992-12-31"),
        ("PRK", "RUS"): ("1991-12-26", "1992-12-31"),
    }


@pytest.mark.parametrize(
    ("dataset", "name", "text", "why"),
    [
        (
            "cow-trade",
            "Dyadic_COW_4.0.csv",
            "ccode1,ccode2,year,flow1,flow2\n2,365,1990,1,2\n365,2,1990,2,3\n",
            r"Dyadic_COW_4\.0\.csv: column flow1: 1 pairs stand twice .* 2 and 365 in 1990 \(data rows 1 and 2\)",
        ),
        (
            "cow-trade",
            "Dyadic_COW_4.0.csv",
            "ccode1,ccode2,year,flow1,flow2\n2,365,1990,1,2\n365,365,1990,2,3\n",
            r"Dyadic_COW_4\.0\.csv: columns ccode1 and ccode2: both 365 in data row 2",
        ),
        (
            "cshapes-distance",
            "cow_mindist.csv",
            "ccode1,ccode2,year,mindist\n2,365,1990,4.5\n365,2,1990,5\n",
            "column mindist: 4.5 in data row 1 and 5.0 in data row 2 for 2 and 365",
        ),
        (
            "cow-contiguity",
            "contdir.csv",
            "statelno,statehno,conttype,begin,end\n365,731,1,194809,201612\n731,365,5,194809,201612\n",
            "column conttype: 1 in data row 1 and 5 in data row 2",
        ),
        (
            "cow-states",
            "states2016.csv",
            "ccode,styear,stmonth,stday,endyear,endmonth,endday\n731,1948,2,31,2016,12,31\n",
            "columns styear, stmonth, stday: 1948-2-31 in data row 1 is no day",
        ),
        (
            "unga-votes",
            "UNVotes.csv",
            VOTES.replace("1,0,1946-01-01", "0,0,1946-01-01").replace(
                "2,3,365,1,3,RUS,Russia,1946,1,", "2,3,365,1,3,RUS,Russia,1946,2,"
            ),
            "column session: roll call 3 has 1 in data row 1 and 2 in data row 2",
        ),
        (
            "unga-votes",
            "UNVotes.csv",
            VOTES.replace("3,2,1,1,USA", "3,2,1,7,USA"),
            "column vote: '7' in data row 1 is none of 1, 2",
        ),
        ("atop-alliances", "atop5_1ddyr.csv", ALLIANCE, "column ccode1 .*|column offence"),
        ("cow-alliances", "alliance_v4.1_by_directed_yearly.csv", ATOP, "column ccode1"),
    ],
)
def test_a_file_that_contradicts_itself_or_is_another(
    tmp_path: Path, reading: Callable[..., Reading], dataset: str, name: str, text: str, why: str
) -> None:
    with pytest.raises(InputError, match=why) as said:
        reading(dataset, write(tmp_path, name, text))
    assert name in str(said.value)


def test_codes_of_gleditsch_and_ward_that_nobody_has_are_set_aside_and_counted(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    text = (
        "gwcode,year,wbgdp2011est,wbpopest,sdpest\n731,2010,24.538,16.959,23.718\n396,2010,1,1,1\n731,1900,20,16,19\n"
    )
    read = reading("anders-gdp", write(tmp_path, "gw_sdp_gdp.csv", text))
    assert set(read.mapped.panels["state_year"].get_column("actor")) == {"PRK"}
    assert read.mapped.set_aside == 2


def test_a_folder_with_two_versions_or_half_a_data_set(tmp_path: Path) -> None:
    trade = write(tmp_path, "Dyadic_COW_4.0.csv", TRADE)
    assert find_in_folder(tmp_path) == {"cow-trade": {"dyads": trade}}
    second = tmp_path / "cow_trade_dyads.parquet"
    pl.DataFrame(TRADE_ROWS).write_parquet(second)
    with pytest.raises(
        InputError, match="two versions of Correlates of War trade between pairs; load one after the other"
    ):
        find_in_folder(tmp_path)
    second.unlink()
    twin = write(tmp_path, "dyadic_cow_4.0.CSV", TRADE)
    with pytest.raises(InputError, match="two versions"):
        find_in_folder(tmp_path)
    twin.unlink()
    votes, calls, issues = vote_files(tmp_path, "parquet")
    one = write(tmp_path, "UNVotes.csv", VOTES)
    with pytest.raises(InputError, match="two versions of Votes of the General Assembly"):
        find_in_folder(tmp_path)
    one.unlink()
    assert set(find_in_folder(tmp_path)) == {"cow-trade", "unga-votes"}
    calls.unlink()
    with pytest.raises(InputError, match=r"un_votes\.parquet lies there without the roll_calls"):
        find_in_folder(tmp_path)
    votes.unlink()
    issues.unlink()
    write(tmp_path, "states2016.csv", STATES)
    assert set(find_in_folder(tmp_path)) == {"cow-trade", "cow-states"}
    write(tmp_path, "NMC_5_0.csv", CAPABILITIES)
    write(tmp_path, "NMC-70-abridged.csv", CAPABILITIES)
    with pytest.raises(InputError, match="two versions of Correlates of War national capabilities"):
        find_in_folder(tmp_path)


def test_what_is_no_folder_of_data(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file of a known data set"):
        find_in_folder(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        find_in_folder(tmp_path / "none")
    with pytest.raises(InputError, match=r"a file; give the folder .* khasan load cow-trade"):
        find_in_folder(write(tmp_path, "Dyadic_COW_4.0.csv", TRADE))


def test_files_that_a_user_names(tmp_path: Path) -> None:
    trade = data_sets()["cow-trade"]
    other = write(tmp_path, "mine.csv", TRADE)
    assert assign(trade, [other]) == {"dyads": other}
    with pytest.raises(InputError, match=r"mine\.csv and mine\.csv: two versions of cow-trade at once"):
        assign(trade, [other, other])
    usual = write(tmp_path, "Dyadic_COW_4.0.csv", TRADE)
    assert assign(trade, [tmp_path]) == {"dyads": usual}
    votes = data_sets()["unga-votes"]
    three = vote_files(tmp_path, "parquet")
    assert list(assign(votes, reversed(three))) == ["votes", "roll_calls", "issues"]
    with pytest.raises(InputError, match="a file that belongs to these is missing; it has un_votes"):
        assign(votes, three[:2])
    with pytest.raises(InputError, match="two versions of unga-votes at once"):
        assign(votes, [*three, write(tmp_path, "UNVotes.csv", VOTES)])
    with pytest.raises(InputError, match=r"mine\.csv: not a file of unga-votes"):
        assign(votes, [*three, other])


def test_editions_of_one_data_set_have_their_version(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    versions = {name: reading("cow-capabilities", write(tmp_path, name, CAPABILITIES)).version for name in
                ("NMC-70-abridged.csv", "NMC-60-abridged.csv", "NMC_5_0.csv", "mine.csv")}  # fmt: skip
    assert list(versions.values()) == ["7.0", "6.0", "5.0", "7.0"]


def test_the_hash_is_that_of_the_file_or_over_those_of_its_parts(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(b"abc")
    other.write_bytes(b"")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4, example
    assert file_hash({"x": one}) == abc
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert file_hash({"x": one, "y": other}) == hashlib.sha256((abc + empty).encode()).hexdigest()
    with pytest.raises(InputError, match="no such file"):
        file_hash({"x": tmp_path / "none"})
