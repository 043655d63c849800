"""How far vetted shares stay from the shares that another compiler publishes, beside shares as reported."""

from __future__ import annotations

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.dependence import trade_share
from khasan.measures.vetted import vetted

FEWEST = 3
"""Common years below which no mean difference is given."""
EDITED = "Agreement with an editor, who judged by hand, is no proof of truth."


def vetting_error(
    snapshot: Snapshot, client: str, partner: str, compiler: str, against: str, excludes: str = ""
) -> Finding | None:
    """Mean absolute difference between vetted shares of one compiler and the shares of another.

    ``(1 / n) sum_t |v_t - p_t| * 100`` over the n years in which both are known, with ``v_t`` the vetted share (see
    :func:`khasan.measures.vetted.vetted_share`) and ``p_t`` the other compiler's.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, partner : str
        Actors.
    compiler : str
        Whose flows were vetted.
    against : str
        Whose shares they are compared with.
    excludes : str
        What the total of the other compiler leaves out.

    Returns
    -------
    Finding or None
        Value in the unit ``percentage points``; low and high are the smallest and the largest difference of a year.
        ``detail`` holds ``as_reported`` (the same mean for shares as reported, percentage points), ``first``, ``last``,
        ``years`` (their number) and ``differences`` (year, vetted, as reported and published share, 0 to 1). None with
        fewer than three common years.

    Source: formula of the package; the method of vetting is explained in ``docs/explanation/vetting.md``.
    """
    compared = []
    evidence: list[str] = []
    for share in vetted(snapshot, client, partner, 1, snapshot.as_of.year, compiler):
        year = int(share.parameters["year"])
        other = trade_share(snapshot, client, partner, year, against, excludes)
        if other is None or other.detail["one_way"]:
            continue
        compared.append((year, share.value, float(share.detail["as_reported"]), other.value))
        evidence += [*share.evidence, *other.evidence]
    if against == compiler or len(compared) < FEWEST:
        return None
    points = [abs(ours - theirs) * 100 for _, ours, _, theirs in compared]
    reported = [abs(given - theirs) * 100 for _, _, given, theirs in compared]
    return make_finding(
        snapshot,
        "vetting_error",
        {"client": client, "partner": partner, "compiler": compiler, "against": against, "excludes": excludes},
        evidence,
        min(max(sum(points) / len(points), min(points)), max(points)),  # rounding must not carry it out of its interval
        "percentage points",
        low=min(points),
        high=max(points),
        caveats=[EDITED],
        detail={
            "as_reported": sum(reported) / len(reported), "first": compared[0][0], "last": compared[-1][0],
            "years": len(compared),
            "differences": [
                {"year": year, "vetted": ours, "as_reported": given, "published": theirs}
                for year, ours, given, theirs in compared
            ],
        },
    )  # fmt: skip
