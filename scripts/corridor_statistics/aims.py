"""Observed shares of US sectors over the six months before each month (filtered, not explained)."""

from __future__ import annotations

import numpy as np

from corridor_statistics import columns as c

WINDOW = 6
PRIOR = 60.0
"""Encounters that the wider mean counts for when a nationality's own counts are small."""

SMALLEST = 0.002


def shares(people: c.Floats) -> c.Floats:
    """Shares of the nine sectors, [months, nationalities, family types, sectors].

    The six months before month t, t excluded; the first six months (October 2012 to March 2013)
    take those six months themselves, the earliest there are. A cohort's counts are shrunk with 60
    encounters towards its group of nationalities and family type, that towards the family type.
    Every share is at least .002 and they sum to one.
    """
    out = np.zeros_like(people)
    members = {
        c.NAT_INDEX[n]: [c.NAT_INDEX[m] for m in group]
        for group in c.GROUPS.values()
        for n in group
    }
    for t in range(len(people)):
        end = max(t, WINDOW)
        window = people[end - WINDOW : end].sum(0)
        family = _shrunk(window.sum(0), window.sum((0, 1)))
        for n, group in members.items():
            middle = _shrunk(window[group].sum(0), family)
            out[t, n] = _shrunk(window[n], middle)
    return _floored(out)


def _shrunk(count: c.Floats, prior: c.Floats) -> c.Floats:
    prior = prior / prior.sum(-1, keepdims=True)
    count = count + PRIOR * prior
    count /= count.sum(-1, keepdims=True)
    return count


def _floored(share: c.Floats) -> c.Floats:
    """Lift small shares to the floor and take the difference from the rest in proportion."""
    above: c.Floats = np.maximum(share - SMALLEST, 0.0)
    above /= above.sum(-1, keepdims=True)
    above *= 1 - SMALLEST * share.shape[-1]
    above += SMALLEST
    return above


def rows(people: c.Floats) -> list[tuple[object, ...]]:
    """Rows of aims.csv; shares rounded so that each cohort's month sums to one."""
    table = shares(people)
    out: list[tuple[object, ...]] = []
    for t, month in enumerate(c.MONTHS):
        last = c.MONTHS[max(t, WINDOW) - 1]
        first = c.MONTHS[max(t, WINDOW) - WINDOW]
        sources = (["DATA-USBP-FAM"] if first < "2019-10" else []) + (
            ["DATA-CBP"] if last >= "2019-10" else []
        )
        source = ";".join(sources)
        for n, nationality in enumerate(c.NATIONALITIES):
            for k, family in enumerate(c.FAMILY_TYPES):
                whole = np.round(table[t, n, k] * 1e4).astype(int)
                whole[whole.argmax()] += 10_000 - whole.sum()
                out.extend(
                    (month, nationality, family, sector, whole[s] / 1e4, source)
                    for s, sector in enumerate(c.SECTORS)
                )
    return out
