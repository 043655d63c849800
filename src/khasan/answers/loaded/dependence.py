"""What the trade file says of a client's dependence: shares, partners, asymmetry, concentration.

Shares have suspect flows set aside where the file was vetted; what is reported stands beside them.
"""

from __future__ import annotations

from dataclasses import replace

from khasan.answers import dependence as full
from khasan.answers.answer import EVER, Answer, Case, together
from khasan.answers.loaded import phrases
from khasan.answers.loaded.only import not_yet_published
from khasan.answers.prose import join
from khasan.answers.vetting import SAYS, Vetting, better, gap, or_vetted, sentence
from khasan.ledger.finding import Finding
from khasan.measures.dependence import asymmetry, concentration, dependence, trade_share
from khasan.measures.places import in_the_year
from khasan.measures.trade_book import trade_book
from khasan.measures.vetted import verdicts

LISTED = 8
"""Largest partners that the table lists."""
TOLD = 3
"""Largest partners beside the patron that the text names."""
SPAN = 10
"""Years back to which the last share is compared."""
SINCE = 1948
"""First year in which a highest share is looked for: before, the file holds few partners."""
NOTABLE = 1.2
"""Times the last share that the highest must be to be told."""


def answer(case: Case) -> Answer:
    """Answer what the client lives on, as the trade file says it."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    base = full.answer(case)
    patron, client = triangle.patron, triangle.client
    compiler, last = last_reading(case)
    vetting: Vetting = base.parts["vetting"]
    twins = {int(one.parameters["year"]): one for one in vetting.curves.get(patron, []) if _by(one, compiler)}
    curve = {
        int(one.parameters["year"]): better(one, twins.get(int(one.parameters["year"])))
        for one in base.parts["curves"][patron]
        if _by(one, compiler) and int(one.parameters["year"]) >= SINCE
    }
    of_patron = curve[max(curve)] if curve else None
    ranked = largest(case, last, compiler) if last else []
    peak = max(curve.values(), key=lambda one: one.value, default=None)
    if peak is not None and of_patron is not None and peak.value < NOTABLE * of_patron.value:
        peak = None
    year = int(of_patron.parameters["year"]) if of_patron is not None else 0
    earlier = curve.get(year - SPAN)
    spread = concentration(snapshot, client, last, compiler) if last else None
    uneven = asymmetry(snapshot, client, patron, year, compiler) if of_patron is not None else None
    leads = bool(ranked) and ranked[0].parameters["partner"] == patron
    others = [one for one in ranked if one.parameters["partner"] != patron][:TOLD]
    before = [_earlier(case, one) for one in ranked]
    doubted = _doubted_leader(case, last, compiler, ranked) if ranked else None
    opponent = {
        code: _curve(case, code, compiler) for code in (triangle.opponent,) if code and code not in base.parts["curves"]
    }
    values = {
        "patron": patron, "client": client, "of_patron": of_patron, "last": last, "peak": peak, "earlier": earlier,
        "spread": spread, "uneven": uneven, "leads": leads, "others": phrases.partners(case, others),
        "first_other": others[0] if others else None, "many": len(others) > 1,
        "on_time": of_patron is not None and year == last,
        "no_longer": of_patron is not None and year != last,
        "any": ranked[0] if ranked else None, "doubted": doubted,
        "moved": of_patron is not None and _moved(of_patron),
    }  # fmt: skip
    late = not_yet_published(case) if of_patron is None else []
    return replace(
        base,
        title=voice.say("loaded_dependence_title", **values),
        text=join([voice.say("loaded_dependence", **values), sentence(case, vetting)]),
        unknown=(*base.unknown, *late),
        findings=together(base.question, doubted, base.findings, ranked, before, earlier, peak, spread, uneven,
                          *opponent.values()),
        parts={
            **base.parts, "of_patron": of_patron, "peak": peak, "ranked": ranked, "before": before, "leads": leads,
            "others": others, "curves": base.parts["curves"] | opponent, "compiler": compiler, "last": last,
            "earlier": earlier, "doubted": doubted,
        },
    )  # fmt: skip


def last_reading(case: Case) -> tuple[str, int]:
    """Return the compiler that reaches the last year of the client's trade, with that year; of several the first."""
    book, line = trade_book(case.snapshot), case.snapshot.actors.lineage(case.triangle.client)
    for year in reversed(book.years(line)):
        for compiler, _ in book.readings(line, year):
            if largest(case, year, compiler, 1):
                return compiler, year
    return "", 0


def largest(case: Case, year: int, compiler: str, most: int = LISTED) -> list[Finding]:
    """Return the shares of the client's largest partners in a year by one compiler, largest first.

    Partners are ranked by their flows that are not suspect.
    """
    sums = _by_partner(case, year, compiler, vetted=True)
    ranked = sorted(sums, key=lambda code: (-sums[code], code))[:most]
    shares = (_share(case, code, year, compiler) for code in ranked)
    return [one for one in shares if one is not None]


def _by_partner(case: Case, year: int, compiler: str, vetted: bool) -> dict[str, float]:
    """Return the client's trade with every partner in a year by one compiler, in the book's money."""
    snapshot = case.snapshot
    (place,), _ = in_the_year(snapshot, year, case.triangle.client)
    if place is None:
        return {}
    listed, _ = verdicts(snapshot, place, compiler, year) if vetted else ([], None)
    doubted = {(one.exporter, one.importer) for one in listed}
    partners = trade_book(snapshot).of(compiler, year).partners(place)
    return {
        code: sum(row.value for row in rows if (row.giver, row.taker) not in doubted)
        for code, rows in partners.items()
        if code in snapshot.actors.by_id
    }


def _doubted_leader(case: Case, year: int, compiler: str, ranked: list[Finding]) -> Finding | None:
    """Return the share of the largest partner as reported, where another leads once suspect flows are set aside."""
    sums = _by_partner(case, year, compiler, vetted=False)
    first = min(sums, key=lambda code: (-sums[code], code))
    if first == ranked[0].parameters["partner"]:
        return None
    share = _share(case, first, year, compiler)
    return share if share is not None and share.method == "vetted_share" and gap(share) else None


def _share(case: Case, partner: str, year: int, compiler: str) -> Finding | None:
    """Return the share of a partner in a year, vetted where the year was."""
    return or_vetted(case, trade_share(case.snapshot, case.triangle.client, partner, year, compiler))


def _earlier(case: Case, share: Finding) -> Finding | None:
    """Return the share of the same partner ten years before."""
    asked = share.parameters
    return _share(case, str(asked["partner"]), int(asked["year"]) - SPAN, str(asked.get("compiler", "")))


def _moved(share: Finding) -> bool:
    """Whether setting suspect flows aside moves a share."""
    return share.method == "vetted_share" and gap(share) >= SAYS


def _curve(case: Case, partner: str, compiler: str) -> list[Finding]:
    """Return the shares of a partner in all years by one compiler."""
    return dependence(case.snapshot, case.triangle.client, partner, EVER, case.snapshot.as_of.year, compiler)


def _by(share: Finding, compiler: str) -> bool:
    """Whether a share is one compiler's."""
    return bool(share.detail["compiler"] == compiler)
