"""A triangle and a day become the five answers, the headline and the bottom line."""

from __future__ import annotations

from dataclasses import dataclass

from khasan.answers import bond, dependence, leaving, lifeline, reasons, stance
from khasan.answers.answer import Answer, Case
from khasan.answers.loaded import bond as loaded_bond
from khasan.answers.loaded import dependence as loaded_dependence
from khasan.answers.loaded import lifeline as loaded_lifeline
from khasan.answers.loaded import reasons as loaded_reasons
from khasan.answers.loaded import stance as loaded_stance
from khasan.answers.loaded.only import loaded_only
from khasan.answers.prose import Prose
from khasan.answers.triangle import Triangle
from khasan.answers.voice import Voice
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that a brief says, before it is laid out."""

    case: Case
    headline: Prose
    bottom_line: Prose
    standard: Prose
    answers: tuple[Answer, ...]
    chapters: tuple[Answer, ...] = ()
    """What a model says beside the five answers, where the ledger keeps findings of one."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every answer and chapter, once each; the first that uses it owns it."""
        found: dict[str, Finding] = {}
        for answer in (*self.answers, *self.chapters):
            for one in answer.findings:
                found.setdefault(one.id, one)
        return tuple(found.values())

    def part(self, question: str) -> Answer:
        """Return the answer to one question."""
        return next(answer for answer in self.answers if answer.question == question)


def assemble(snapshot: Snapshot, triangle: Triangle) -> Answers:
    """Answer the five questions for a triangle.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    triangle : Triangle
        The actors.
    """
    voice = Voice(snapshot)
    if loaded_only(snapshot, triangle.patron, triangle.client):
        return _from_data_sets(Case(snapshot, triangle, voice, loaded=True))
    case = Case(snapshot, triangle, voice)
    answers = tuple(room.answer(case) for room in (bond, dependence, lifeline, stance, reasons))
    parts = {answer.question: answer.parts for answer in answers}
    leading = parts["dependence"]["leading"]
    values = {
        "patron": triangle.patron, "client": triangle.client, "rival": triangle.rival, "opponent": triangle.opponent,
        "leading": leading, "beside": parts["dependence"]["beside"],
        "gave": _beside_goods(parts["bond"]["gave"], leading), "took": _beside_goods(parts["bond"]["took"], leading),
        "took_goods": bool(parts["bond"]["took"]),
        "since": parts["bond"]["since"],
        "treaties": parts["bond"]["treaties"], "vetoes": parts["stance"]["vetoes"], "wall": parts["reasons"]["wall"],
        "left": parts["reasons"]["left"], "amount": parts["dependence"]["amount"],
    }  # fmt: skip
    return Answers(
        case,
        voice.say("headline", **values),
        voice.say("bottom_line", **values),
        voice.say("standard", asked=triangle.asked),
        answers,
        _chapters(case),
    )


def _from_data_sets(case: Case) -> Answers:
    """Answer the five questions where public data sets alone speak of the pair."""
    rooms = (loaded_bond, loaded_dependence, loaded_lifeline, loaded_stance, loaded_reasons)
    answers = tuple(room.answer(case) for room in rooms)
    parts = {answer.question: answer.parts for answer in answers}
    triangle, others = case.triangle, parts["dependence"]["others"]
    values = {
        "patron": triangle.patron, "client": triangle.client, "opponent": triangle.opponent,
        "share": parts["dependence"]["of_patron"], "peak": parts["dependence"]["peak"],
        "leads": parts["dependence"]["leads"], "other": others[0] if others else None,
        "fall": parts["lifeline"]["fall"], "aside": parts["lifeline"]["aside"],
        "of_patron": parts["lifeline"]["of_patron"],
        "with_client": parts["stance"]["with_client"], "with_opponent": parts["stance"]["with_opponent"],
        "wall": parts["reasons"]["wall"],
    }  # fmt: skip
    return Answers(
        case,
        case.voice.say("loaded_headline", **values),
        case.voice.say("loaded_bottom_line", **values),
        case.voice.say("standard", asked=triangle.asked),
        answers,
        _chapters(case),
    )


def _chapters(case: Case) -> tuple[Answer, ...]:
    """Return what a model says beside the five answers."""
    found = leaving.answer(case)
    return () if found is None else (found,)


def _beside_goods(given: list[Finding], leading: Finding | None) -> list[Finding]:
    """Leave out the channel that the share of trade already tells."""
    return [one for one in given if leading is None or one.channel != leading.channel]


def cited_first(answers: Answers) -> tuple[Finding, ...]:
    """Return the findings of a brief in the order in which the text cites them, then the rest."""
    by_id = {one.id: one for one in answers.findings}
    cited = [answers.headline, answers.bottom_line]
    for answer in (*answers.answers, *answers.chapters):
        cited += [answer.title, answer.text, *answer.conflicts, *answer.unknown]
    order = [by_id[key] for prose in cited for key in prose.finding_ids() if key in by_id]
    return tuple({one.id: one for one in [*order, *answers.findings]}.values())
