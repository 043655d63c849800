"""Alignment: how often two states gave the same answer in the General Assembly.

Roll calls are a census of the votes that were called, not a sample, so low and high are the value itself. What the
number is not: agreement drifts with what is put to the vote (Bailey, Strezhnev and Voeten 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.spans import check_span
from khasan.measures.vote_book import ANSWERS, Agreed, Cells, Held, Pair, VoteBook, pair_of, vote_book

AGENDA = (
    "Agreement drifts with the agenda: it may change without a change of preferences (Bailey, Strezhnev, Voeten 2017)."
)
NOT_OBSERVED = "Resolutions adopted without a vote are not observed."

VARIANTS = ("all", "without_abstentions", "abstention_half", "pi", "kappa", "contested", "session:N", "issue:NAME")
"""Ways to count agreement."""

_SHARES = ("all", "without_abstentions", "abstention_half")
_NAMES = {"session": "sessions", "issue": "issues"}


def agreement(snapshot: Snapshot, a: str, b: str, year: int, variant: str = "all") -> Finding | None:
    """Share of roll calls in which two states gave the same answer, among those in which both voted.

    With ``n_ij`` the roll calls in which a answered i and b answered j (yes, abstain or no) and ``N`` their sum:

    - ``all``: ``sum_i n_ii / N``
    - ``without_abstentions``: ``(n_yy + n_nn) / (n_yy + n_yn + n_ny + n_nn)``
    - ``abstention_half``: an abstention against yes or no counts half
    - ``pi``: Scott's pi, ``(A - E) / (1 - E)`` with ``A`` the share above and ``E = sum_i ((p_i. + p_.i) / 2)**2``
    - ``kappa``: Cohen's kappa, the same with ``E = sum_i p_i. p_.i``; both take the three answers as mere names
    - ``contested``: as ``all`` over roll calls in which the largest answer had less than 90 percent of the votes
    - ``session:N`` and ``issue:NAME``: as ``all`` over one session or issue

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    a, b : str
        Actors, in any order; in years before one existed its predecessor is asked, and named in a caveat.
    year : int
        Calendar year; of a session any year that it touches.
    variant : str
        One of the above.

    Returns
    -------
    Finding or None
        Value in the unit ``share`` (0 to 1), or ``index`` (-1 to 1) for pi and kappa; low and high are the value.
        ``detail`` holds ``votes`` (roll calls in which both voted and that the variant counts), ``same``, and where the
        roll calls of the year are known ``held`` and ``absent`` (one of the two or both did not vote).
        None where there is no data, where pi or kappa is undefined (``E = 1``), and for a state with itself.

    Raises
    ------
    InputError
        For a variant that is not listed.

    Source: Haege, Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement,
    Political Analysis 19 (2011) 287-305; Scott (1955); Cohen (1960); Bailey, Strezhnev and Voeten, Estimating dynamic
    state preferences from United Nations voting data, Journal of Conflict Resolution 61 (2017) 430-456.
    """
    kind, colon, name = variant.partition(":")
    if not (variant in VARIANTS[:6] or (kind in _NAMES and colon and name)):
        raise InputError(f"unknown variant {variant!r} of agreement; known are {', '.join(VARIANTS)}")
    pair, caveats = _pair(snapshot, a, b, year)
    if pair is None:
        return None
    book = vote_book(snapshot)
    counted = _of_cells(book, pair, year, variant) if not colon and variant != "contested" else None
    if counted is None:
        named = _agreed(book, pair, year, kind, name)
        counted = None if named is None else Counted(named.same / named.both, named.same, named.both, named.rows, named)
    if counted is None:
        return None
    return make_finding(
        snapshot,
        "agreement",
        {"a": a, "b": b, "year": year, "variant": variant if variant != "all" else ""},
        counted.rows,
        counted.value,
        "index" if variant in ("pi", "kappa") else "share",
        channel=counted.origin.channel,
        caveats=[*caveats, AGENDA, NOT_OBSERVED],
        detail=counted.detail(variant, year, pair),
    )


def alignment(snapshot: Snapshot, a: str, others: Sequence[str], first: int, last: int) -> list[Finding]:
    """Return the agreement of one state with others over a span of years: one finding a pair and year.

    Each is :func:`agreement` in the variant ``all`` (unit ``share``, 0 to 1) and rests on the same rows. Its ``detail``
    holds the other variants beside it: ``agreement``, ``pi``, ``kappa``, ``votes``, ``without_abstentions``,
    ``abstention_half``, ``contested``, ``contested_votes``, ``by_issue`` and ``by_session`` (share by name), ``held``
    and ``absent``. What is undefined or has no data is left out. Each is a finding of its own where ``agreement`` is
    asked for it.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: see :func:`agreement`.
    """
    check_span(first, last)
    found: list[Finding] = []
    for other in others:
        for year in range(first, last + 1):
            pair, caveats = _pair(snapshot, a, other, year)
            counted = None if pair is None else _of_cells(vote_book(snapshot), pair, year, "all")
            if pair is None or counted is None:
                continue
            detail = counted.detail("all", year, pair) | _variants(vote_book(snapshot), pair, year)
            found.append(
                make_finding(
                    snapshot,
                    "agreement",
                    {"a": a, "b": other, "year": year},
                    counted.rows,
                    counted.value,
                    "share",
                    channel=counted.origin.channel,
                    caveats=[*caveats, AGENDA, NOT_OBSERVED],
                    detail=detail,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """One variant of agreement with the roll calls that it counts."""

    value: float
    same: float
    votes: float
    rows: tuple[str, ...]
    origin: Cells | Agreed
    held: Held | None = None
    both: float = 0.0

    def detail(self, variant: str, year: int, pair: Pair) -> dict[str, Any]:
        """Return the parts for tables and charts.

        No unit of its own: ``votes``, ``same``, ``held`` and ``absent`` are numbers of roll calls.

        Source: the roll calls counted, see :func:`agreement`.
        """
        detail: dict[str, Any] = {
            "variant": variant,
            "year": year,
            "actors": list(pair),
            "votes": self.votes,
            "same": self.same,
        }
        if self.held is not None:
            detail |= {"held": self.held.count, "absent": self.held.count - self.both}
        return detail


def _pair(snapshot: Snapshot, a: str, b: str, year: int) -> tuple[Pair | None, list[str]]:
    """Return who held the two places in the year, or None where one did not exist or both are the same."""
    (one, other), caveats = in_the_year(snapshot, year, a, b)
    if one is None or other is None or one == other:
        return None, caveats
    return pair_of(one, other), caveats


def _of_cells(book: VoteBook, pair: Pair, year: int, variant: str) -> Counted | None:
    """Compute a variant that the nine cells give, or None where it is undefined."""
    cells = book.cells.get((pair, year))
    both = 0.0 if cells is None else sum(cells.counts.values())
    if cells is None or both <= 0:
        return None
    value = _index(cells, variant)
    if value is None:
        return None
    same, votes = _same(cells), both
    if variant == "without_abstentions":
        same, votes = _decided(cells)
    held = book.held.get(year)
    held = held if held is not None and held.count >= both else None
    rows = cells.rows if held is None else (*cells.rows, held.row)
    return Counted(value, same, votes, rows, cells, held, both)


def _index(cells: Cells, variant: str) -> float | None:
    """Compute a variant from the nine cells: a share (0 to 1), an index for pi and kappa, or None where undefined."""
    counts = cells.counts
    both = sum(counts.values())
    if variant == "all":
        return _same(cells) / both
    if variant == "without_abstentions":
        same, votes = _decided(cells)
        return same / votes if votes > 0 else None
    if variant == "abstention_half":
        halves = sum(count for (one, other), count in counts.items() if (one == "abstain") != (other == "abstain"))
        return (_same(cells) + halves / 2) / both
    ours = [sum(counts[answer, other] for other in ANSWERS) / both for answer in ANSWERS]
    theirs = [sum(counts[other, answer] for other in ANSWERS) / both for answer in ANSWERS]
    pairs = list(zip(ours, theirs, strict=True))
    chance = sum(p * q for p, q in pairs) if variant == "kappa" else sum(((p + q) / 2) ** 2 for p, q in pairs)
    if chance >= 1 - 1e-12:
        return None
    return (_same(cells) / both - chance) / (1 - chance)


def _same(cells: Cells) -> float:
    """Count the roll calls in which both gave the same answer."""
    return sum(cells.counts[answer, answer] for answer in ANSWERS)


def _decided(cells: Cells) -> tuple[float, float]:
    """Count the same answers, and all, where neither abstained."""
    decided = {pair: count for pair, count in cells.counts.items() if "abstain" not in pair}
    return sum(count for (one, other), count in decided.items() if one == other), sum(decided.values())


def _agreed(book: VoteBook, pair: Pair, year: int, kind: str, name: str) -> Agreed | None:
    """Return the roll calls that a variant beyond the nine cells counts, or None where there are none."""
    if kind == "contested":
        return book.contested.get((pair, year))
    shelf: Mapping[tuple[Pair, int], Mapping[str, Agreed]] = getattr(book, _NAMES[kind]) if kind in _NAMES else {}
    return shelf.get((pair, year), {}).get(name)


def _variants(book: VoteBook, pair: Pair, year: int) -> dict[str, Any]:
    """Return every variant of a pair and year that is defined and has data."""
    cells = book.cells[pair, year]
    detail: dict[str, Any] = {"agreement": _index(cells, "all")}
    for variant in ("pi", "kappa", *_SHARES[1:]):
        value = _index(cells, variant)
        if value is not None:
            detail[variant] = value
    contested = book.contested.get((pair, year))
    if contested is not None:
        detail |= {"contested": contested.same / contested.both, "contested_votes": contested.both}
    for key, shelf in (("by_issue", book.issues), ("by_session", book.sessions)):
        named = shelf.get((pair, year), {})
        detail[key] = {name: named[name].same / named[name].both for name in sorted(named)}
    return detail
