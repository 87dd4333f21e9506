"""Adding sums of money without counting any twice, and how far policies follow what is spent.

A sum may be part of another one (``part_of``) or overlap with others (``overlaps``). A total over
some rows leaves out every row whose whole, or whole of the whole, is among them; of rows that
overlap only the largest counts, so that the total is a floor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from travesia.scenario.money import Money
from travesia.scenario.scenario import Scenario
from travesia.scenario.settings import PolicyEntry

Amount = Callable[[Money], float]


def _value(row: Money) -> float:
    return row.value


def _spent(row: Money) -> float:
    return row.spent


def wholes(row: Money, by_id: dict[str, Money]) -> list[Money]:
    """The sums that contain a row, from the nearest to the widest; a cycle ends the list."""
    out: list[Money] = []
    seen = {row.id}
    while row.part_of is not None and row.part_of in by_id and row.part_of not in seen:
        row = by_id[row.part_of]
        seen.add(row.id)
        out.append(row)
    return out


def counted(
    rows: Iterable[Money], among: Iterable[Money] | None = None, amount: Amount = _value
) -> list[Money]:
    """The rows that a total over ``rows`` adds, in their order.

    ``among`` are all rows of the ledger, through which a part may reach its whole (default:
    ``rows`` alone).
    """
    chosen = list(rows)
    by_id = {r.id: r for r in (chosen if among is None else among)}
    by_id |= {r.id: r for r in chosen}
    ids = {r.id for r in chosen}
    roots = [r for r in chosen if not any(w.id in ids for w in wholes(r, by_id))]
    largest = {_largest(group, amount).id for group in overlapping(roots)}
    return [r for r in roots if r.id in largest]


def total(
    rows: Iterable[Money], among: Iterable[Money] | None = None, amount: Amount = _value
) -> float:
    """Sum of some rows in USD, nothing twice; at least so much where rows overlap."""
    return sum(amount(r) for r in counted(rows, among, amount))


def overlapping(rows: Sequence[Money]) -> list[list[Money]]:
    """Rows in groups that are joined by overlaps, directly or through others of the rows."""
    group = {r.id: r.id for r in rows}

    def head(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for row in rows:
        for other in row.overlaps:
            if other in group:
                group[head(row.id)] = head(other)
    out: dict[str, list[Money]] = {}
    for row in rows:
        out.setdefault(head(row.id), []).append(row)
    return list(out.values())


def _largest(rows: list[Money], amount: Amount) -> Money:
    return max(rows, key=lambda r: (amount(r), r.id))


def payments_for(policy: str, rows: Iterable[Money]) -> list[Money]:
    """The counted sums on which the strength of a policy depends."""
    ledger = list(rows)
    return counted([r for r in ledger if r.policy == policy and r.full is not None], ledger, _full)


def _full(row: Money) -> float:
    return row.full or 0.0


def strength(policy: str, rows: Iterable[Money]) -> float:
    """Factor on the scale of a policy by what is spent on it: exactly 1 where all of it is.

    With ``x`` the sum spent over the sum at which the policy has its written strength, ``e`` the
    elasticity and ``o`` the share that others would pay, it is ``o + (1 - o) x^e``.
    """
    paying = payments_for(policy, rows)
    if not paying:
        return 1.0
    spent, full = sum(map(_spent, paying)), sum(map(_full, paying))
    if spent == full:
        return 1.0
    own, elasticity = paying[0].own_share, paying[0].elasticity
    return float(own + (1.0 - own) * (spent / full) ** elasticity)


def counted_sums(scenario: Scenario) -> list[Money]:
    """The sums that the total of a scenario's ledger adds: what pays for a policy that is
    switched off is planned and not spent."""
    off = {p.id for p in scenario.policies if not p.enabled}
    return counted([r for r in scenario.money if r.policy not in off], scenario.money)


def paid_policies(scenario: Scenario) -> tuple[PolicyEntry, ...]:
    """The policies of a scenario, each scaled by what is spent on it."""
    out = []
    for policy in scenario.policies:
        factor = strength(policy.id, scenario.money)
        scaled = factor != 1.0
        out.append(policy.model_copy(update={"scale": policy.scale * factor}) if scaled else policy)
    return tuple(out)
