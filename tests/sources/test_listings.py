"""Lists of sanctions: OFAC's CSV and the United Nations' XML, on small files and on the real ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import SHARED, loaded, written

from khasan.ledger.errors import InputError
from khasan.sources.listing import LISTING, find_imo, imo_is_valid, listing_events
from khasan.sources.ofac_sdn import read_ofac_sdn
from khasan.sources.safe_xml import read_xml
from khasan.sources.un_consolidated import date_generated, read_un_consolidated

OFAC = SHARED / "lists" / "ofac_sdn_2024-05-03.csv"
UN = SHARED / "lists" / "un_consolidated_2018-10-29.xml"
needs_ofac = pytest.mark.skipif(not OFAC.is_file(), reason="the list of OFAC (../shared/data/lists) is not here")
needs_un = pytest.mark.skipif(
    not UN.is_file(), reason="the list of the United Nations (../shared/data/lists) is not here"
)

SHIP = (
    '4243,"EBONY",vessel,"AAA] [BBB",-0- ,"T2XX4","General Cargo","99,144","1865","Panama","An Owner",'
    "\"Vessel Registration Identification IMO 9074729; f.k.a. 'OAK'.\"\r\n"
)
FIRM = '36,"SOME AIRLINES",-0- ,"AAA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
MAN = '77,"DOE, John",individual,"[CCC]","Director",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1970; IMO 9074729."\r\n'


# -- numbers of ships ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["9074729", "7406784", "7206512", "9187629", "9187655", "8606173"])
def test_numbers_of_ships_have_the_right_check_digit(number: str) -> None:
    assert imo_is_valid(number)


@given(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True))
def test_one_digit_of_ten_closes_a_number(six: str) -> None:
    (right,) = [digit for digit in "0123456789" if imo_is_valid(six + digit)]
    assert int(right) == sum(int(one) * weight for one, weight in zip(six, (7, 6, 5, 4, 3, 2), strict=True)) % 10


@pytest.mark.parametrize("number", ["9074728", "0074729", "907472", "90747290", "907472a", ""])
def test_other_numbers_are_not_those_of_ships(number: str) -> None:
    assert not imo_is_valid(number)


@pytest.mark.parametrize(
    ("remarks", "number"),
    [
        ("Vessel Registration Identification IMO 9074729;", "9074729"),
        ("IMO  9074729 (State)", "9074729"),
        ("IMO Number: 9074729.", "9074729"),
        ("IMO No. 9074729", "9074729"),
        ("IMO 9074728", None),
        ("IMO 90747290", None),
        ("Vessel Registration Identification 9074729", None),
        ("IMO 9074728; alt. IMO 9187629", "9187629"),
        (None, None),
    ],
)
def test_the_number_is_found_in_remarks(remarks: str | None, number: str | None) -> None:
    assert find_imo(remarks) == number


# -- OFAC ---------------------------------------------------------------------------------------------------------


def test_the_list_of_ofac_is_read(tmp_path: Path) -> None:
    frame = read_ofac_sdn(written(tmp_path / "sdn.csv", SHIP + FIRM + MAN + "\x1a"))
    assert dict(frame.schema) == dict(LISTING)
    ship, firm, man = frame.to_dicts()
    assert {key: value for key, value in ship.items() if value is not None} == {
        "list": "ofac-sdn", "entry": "4243", "name": "EBONY", "kind": "vessel", "programmes": "AAA;BBB",
        "country": "Panama", "call_sign": "T2XX4", "vessel_type": "General Cargo", "tonnage": 99144,
        "gross_tonnage": 1865, "owner": "An Owner", "imo": "9074729",
        "remarks": "Vessel Registration Identification IMO 9074729; f.k.a. 'OAK'.",
    }  # fmt: skip
    assert (firm["kind"], firm["programmes"], firm["remarks"], firm["imo"]) == ("entity", "AAA", None, None)
    assert (man["kind"], man["programmes"], man["imo"]) == ("individual", "CCC", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHIP + FIRM[:40], "row 2: 7 cells where 12 are expected; the file was cut off"),
        (FIRM.replace(",", ";"), "separated by a semicolon"),
        (FIRM + FIRM, "1 rows stand more than once, the first number 36"),
        (FIRM.replace("36,", "x36,"), "column number: 'x36' is no number"),
        (FIRM.replace('"SOME AIRLINES"', "-0- "), "column name: '-0-' is no name"),
        (FIRM.replace("-0- ,", "company,", 1), "column type: 'company' is not among"),
        (SHIP.replace("1865", "-5"), "column gross_tonnage: '-5' is no tonnage"),
        ("<!DOCTYPE html><html></html>", "a page or XML"),
        ("", "empty"),
    ],
)
def test_a_list_of_ofac_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_ofac_sdn(written(tmp_path / "sdn.csv", text))
    assert said in str(error.value)
    assert "sdn.csv" in str(error.value)


def test_another_encoding_is_named_by_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"sdn\.csv, row 2: not UTF-8"):
        read_ofac_sdn(written(tmp_path / "sdn.csv", FIRM + MAN.replace("DOE", "DOÉ"), "latin-1"))


@needs_ofac
def test_the_whole_list_of_ofac() -> None:
    frame = read_ofac_sdn(OFAC)
    assert frame.height == 14_965
    assert dict(frame["kind"].value_counts().rows()) == {
        "individual": 6854, "entity": 6884, "vessel": 851, "aircraft": 376
    }  # fmt: skip
    ships = frame.filter(pl.col("kind") == "vessel")
    assert ships["imo"].drop_nulls().len() == ships["remarks"].str.contains("IMO").sum() == 844
    assert ships["imo"].drop_nulls().is_unique().all()
    assert ships.filter(pl.col("entry") == "15036").select("country", "tonnage", "imo").row(0) == (
        "Iran",
        99144,
        "9187629",
    )
    assert not frame["programmes"].str.contains(r"[\[\]]").any()


# -- United Nations -----------------------------------------------------------------------------------------------

PERSON = (
    "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME> JOHN </FIRST_NAME><SECOND_NAME>DOE</SECOND_NAME><THIRD_NAME/>"
    "<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.001</REFERENCE_NUMBER><LISTED_ON>2016-11-30</LISTED_ON>"
    "<NATIONALITY><VALUE>Somewhere </VALUE></NATIONALITY><INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>"
    "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>J. Doe</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL>"
)
BODY = (
    "<ENTITY><DATAID>2</DATAID><FIRST_NAME>A TRADING\n COMPANY </FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>"
    "<REFERENCE_NUMBER>KPe.053 </REFERENCE_NUMBER><LISTED_ON>2017-09-11</LISTED_ON>"
    "<COMMENTS1>Owner, IMO Number: 9074729</COMMENTS1>"
    "<ENTITY_ADDRESS><CITY>Town</CITY><COUNTRY>Elsewhere</COUNTRY></ENTITY_ADDRESS></ENTITY>"
)


def un(path: Path, people: str = PERSON, bodies: str = BODY, head: str = "") -> Path:
    """Write a list of the United Nations."""
    root = f'<CONSOLIDATED_LIST dateGenerated="2018-10-29T19:09:49.856-04:00"><INDIVIDUALS>{people}</INDIVIDUALS>'
    text = f'<?xml version="1.0" encoding="UTF-8"?>{head}{root}<ENTITIES>{bodies}</ENTITIES></CONSOLIDATED_LIST>'
    return written(path / "list.xml", text)


def test_the_list_of_the_united_nations_is_read(tmp_path: Path) -> None:
    path = un(tmp_path)
    person, body = read_un_consolidated(path).to_dicts()
    assert (person["name"], person["kind"], person["entry"]) == ("JOHN DOE", "individual", "KPi.001")
    assert (person["aliases"], person["country"], person["listed_on"]) == ("J. Doe", "Somewhere", date(2016, 11, 30))
    assert (body["name"], body["reference"], body["regime"]) == ("A TRADING COMPANY", "KPe.053", "DPRK")
    assert (body["country"], body["imo"], body["listed_on"]) == ("Elsewhere", None, date(2017, 9, 11))
    assert date_generated(path) == date(2018, 10, 29)


def test_organisations_become_events_and_persons_never_do(tmp_path: Path) -> None:
    other = BODY.replace("KPe.053", "QDe.004").replace(">DPRK<", ">Al-Qaida<")
    listing = read_un_consolidated(un(tmp_path, bodies=BODY + other))
    rows = listing_events(listing, "UN", "un-consolidated-2018-10-29")
    held = loaded("un-consolidated", "2018-10-29", event=rows)["event"]
    assert held.select("id", "date", "precision", "actors", "kind", "what").rows() == [
        (
            "listing-un-consolidated-kpe-053", date(2017, 9, 11), "day", "UN;PRK", "listing",
            "Listed: A TRADING COMPANY (KPe.053)",
        )
    ]  # fmt: skip
    assert "DOE" not in str(held.to_dicts())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((" JOHN ", " "), None),
        (("KPi.001", ""), None),
        (("<UN_LIST_TYPE>DPRK</UN_LIST_TYPE>", ""), "entry KPi.001 has no regime"),
        (("2016-11-30", ""), "entry KPi.001 has no day"),
        (("2016-11-30", "autumn"), "listed on 'autumn', which is no day"),
        (("INDIVIDUAL>", "SHIP>"), "unknown entry 'SHIP'"),
        (("</SECOND_NAME>", ""), "the XML is damaged"),
    ],
)
def test_an_entry_that_is_wrong_is_refused(tmp_path: Path, change: tuple[str, str], said: str | None) -> None:
    path = un(tmp_path, people=PERSON.replace(*change))
    if said is None:
        assert read_un_consolidated(path).height == 2
        return
    with pytest.raises(InputError) as error:
        read_un_consolidated(path)
    assert said in str(error.value)


def test_an_entry_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"stand more than once, the first entry KPe\.053"):
        read_un_consolidated(un(tmp_path, bodies=BODY + BODY))


def test_another_xml_and_an_empty_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="its root is 'feed'"):
        read_un_consolidated(written(tmp_path / "list.xml", "<feed><entry/></feed>"))
    with pytest.raises(InputError, match="holds no entry"):
        read_un_consolidated(un(tmp_path, "", ""))


LAUGHS = "".join(f'<!ENTITY l{step} "{f"&l{step - 1};" * 10}">' for step in range(1, 9))
HEADS = {
    "entities within entities": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
    "a file of the user": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "a document type elsewhere": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a document type alone": "<!DOCTYPE x>",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_entities_are_refused_before_they_do_anything(tmp_path: Path, head: str) -> None:
    name = "&e;" if "SYSTEM" in head else "&l8;" if "l8" in head else "x"
    with pytest.raises(InputError, match=r"list\.xml: declares a document type or entities"):
        read_un_consolidated(un(tmp_path, people=PERSON.replace(" JOHN ", name), head=head))


def test_elements_within_elements_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too many within each other"):
        read_xml(written(tmp_path / "deep.xml", "<a>" * 100_000))


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"list\.xml: empty"):
        read_xml(written(tmp_path / "list.xml", " \n"))


@needs_un
def test_the_whole_list_of_the_united_nations() -> None:
    frame = read_un_consolidated(UN)
    assert dict(frame["kind"].value_counts().rows()) == {"individual": 703, "entity": 390}
    korea = frame.filter(pl.col("regime") == "DPRK")
    assert dict(korea["kind"].value_counts().rows()) == {"individual": 80, "entity": 75}
    assert date_generated(UN) == date(2018, 10, 29)
    events = listing_events(frame, "UN", "s")
    assert events.filter(pl.col("actors") == "UN;PRK").height == 75
    assert events["id"].is_unique().all()
    loaded("un-consolidated", "2018-10-29", event=listing_events(frame, "UN", "un-consolidated-2018-10-29"))
