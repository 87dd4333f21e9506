"""From the policies of a scenario to effects: parameters checked, selectors resolved.

Every fault of every policy is collected; nothing raises. Effects that point at something which
the scenario lacks are dropped with a warning that names the policy.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from travesia.calendar import Calendar
from travesia.errors import InputError, ProblemList
from travesia.likeness import did_you_mean, nearest
from travesia.policy import effects as fx
from travesia.policy.conflicts import conflicts
from travesia.policy.effects import Effect, Ids
from travesia.policy.instruments.base import Instrument, Scope, Spec
from travesia.policy.instruments.registry import shipped
from travesia.policy.names import Names
from travesia.policy.tables import TABLES
from travesia.textfile import shorten

FILE = "policies.yaml"
LISTED = {
    "instrument": "instruments", "policy in variant_of": "policies", "place": "places",
    "mode": "modes", "leg": "legs", "cohort": "cohorts",
}  # fmt: skip
"""What `travesia list` calls the names of a kind."""

DAYS_BEFORE_SERIES = 7
"""Days that a policy may start before its first monthly number without a remark."""


def effects_of(
    policies: Sequence[Any],
    calendar: Calendar,
    names: Names,
    instruments: Iterable[Instrument] | None = None,
) -> tuple[list[Effect], ProblemList]:
    """Turn policies into effects in canonical order.

    ``policies`` are entries with the fields of ``policies.yaml`` (objects or mappings);
    ``instruments`` those that they may be of (by default the shipped ones). Returns the effects
    and every problem found: unknown names, ends before starts, negative scales,
    parameters of the wrong name, unit or size, contradicting sets (errors), and policies that
    touch nothing (warnings).
    """
    problems = ProblemList()
    known = {i.id: i for i in (shipped() if instruments is None else instruments)}
    _check_ids(policies, problems)
    effects: list[Effect] = []
    for entry in policies:
        built = _one(entry, calendar, names, known, problems)
        effects.extend(built)
    problems.extend(conflicts(effects))
    return sorted(effects, key=lambda e: e.key), problems


def _one(
    entry: Any,
    calendar: Calendar,
    names: Names,
    known: Mapping[str, Instrument],
    problems: ProblemList,
) -> list[Effect]:
    policy = str(_get(entry, "id", ""))
    where = f"{FILE}, policy {policy!r}"
    instrument = known.get(str(_get(entry, "instrument", "")))
    before = len(problems.errors)
    if instrument is None:
        _unknown(problems, where, "instrument", str(_get(entry, "instrument", "")), known)
    scope = _scope(entry, policy, calendar, names, problems, where)
    spec = None if instrument is None else _spec(entry, instrument, problems, where)
    if instrument is None or spec is None or len(problems.errors) > before:
        return []
    made = _asked(instrument, spec, scope, problems, where)
    built = _within(made, names, calendar, problems, where, silent=not scope.enabled)
    if not scope.enabled or len(problems.errors) > before:
        return built
    if not built:
        problems.warn(
            "the policy touches nothing in this scenario and period",
            where,
            "check its dates, places, modes and people, or switch it off",
        )
    _check_series(spec, instrument, scope, problems, where)
    return built


def _asked(
    instrument: Instrument, spec: Spec, scope: Scope, problems: ProblemList, where: str
) -> list[Effect]:
    """What an instrument makes of a policy; one from elsewhere may give anything, or raise."""
    ask = instrument.effects if scope.enabled else instrument.absence
    if ask is None:
        return []
    what = f"instrument {instrument.id!r} of {instrument.origin}"
    try:
        made = list(ask(spec, scope))
    except InputError as error:
        for problem in error.problems:
            problems.error(f"{what}: {problem.what}", where, problem.cure)
        return []
    except Exception as error:
        if not instrument.origin:  # a fault of ours
            raise
        told = f"{what} raised {type(error).__name__}: {shorten(str(error), 200)}"
        problems.error(told, where, "repair it there, or use another instrument")
        return []
    wrong = [e for e in made if not isinstance(e, Effect)]
    if wrong:
        told = f"{what} gave {shorten(repr(wrong[0]))}, which is no effect"
        problems.error(told, where, "let it give a list of effects")
    sound = [e for e in made if isinstance(e, Effect)]
    for effect in sound:
        for fault in _impossible(effect):
            problems.error(f"{what}: {fault}", where, "bound it in the instrument")
    return sound if not wrong else []


def _impossible(effect: Effect) -> list[str]:
    """Numbers that no table can hold."""
    inner = effect.then if isinstance(effect, fx.Controller) else ()
    return [
        f"{write.table} {write.op} {write.value:g}"
        for write in effect.writes()
        if not math.isfinite(write.value)
        or (write.op == "factor" and write.value < 0.0)
        or (write.op == "set" and TABLES[write.table].share and not 0.0 <= write.value <= 1.0)
    ] + [fault for one in inner for fault in _impossible(one)]


def _check_series(
    spec: Spec, instrument: Instrument, scope: Scope, problems: ProblemList, where: str
) -> None:
    """A policy that starts before its monthly numbers does nothing until the first of them."""
    name = instrument.spec.series_name
    if not name or not spec.series:
        return
    first = min(spec.series)
    start = scope.calendar.date(scope.start)
    if (first - start).days > DAYS_BEFORE_SERIES:
        problems.warn(
            f"it starts on {start}, but its monthly numbers begin in {first:%Y-%m}: until then it "
            "does nothing",
            where,
            f"add {name}_{start:%Y_%m} and the months between, or start later",
        )


def _get(entry: Any, name: str, default: Any) -> Any:
    value = entry.get(name) if isinstance(entry, Mapping) else getattr(entry, name, None)
    return default if value is None else value


def _ids(entry: Any, name: str) -> Ids:
    return tuple(str(item) for item in _get(entry, name, ()))


def _check_ids(policies: Sequence[Any], problems: ProblemList) -> None:
    ids = [str(_get(entry, "id", "")) for entry in policies]
    enabled = {i for i, entry in zip(ids, policies, strict=True) if _get(entry, "enabled", True)}
    for policy in sorted({i for i in ids if ids.count(i) > 1}):
        problems.error(f"two policies have the id {policy!r}", FILE, "rename one of them")
    for policy, entry in zip(ids, policies, strict=True):
        original = str(_get(entry, "variant_of", ""))
        where = f"{FILE}, policy {policy!r}"
        if original and original not in ids:
            _unknown(problems, where, "policy in variant_of", original, ids)
        elif original in enabled and policy in enabled:
            problems.error(
                f"it is a variant of {original!r}, and both are switched on",
                where,
                f"switch one of them off (enabled: false), most likely {original!r}",
            )


def _unknown(problems: ProblemList, where: str, what: str, name: str, known: Iterable[str]) -> None:
    more = f"; `travesia list {LISTED[what]}` lists all" if what in LISTED else ""
    known = list(known)
    near = nearest(name, known)
    cure = f"did you mean {', '.join(near)}?" if near else did_you_mean(name, known)
    cure += more
    problems.error(f"unknown {what} {name!r}", where, cure)


def _date(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))


def _scope(
    entry: Any, policy: str, calendar: Calendar, names: Names, problems: ProblemList, where: str
) -> Scope:
    start_date = _date(_get(entry, "start", calendar.spin_up))
    end_date = _get(entry, "end", None)
    end = None if end_date is None else calendar.day(_date(end_date)) + 1
    start = calendar.day(start_date)
    if end is not None and end <= start:
        problems.error(
            f"it ends ({end_date}) before it starts ({start_date})", where, "correct one date"
        )
    scale = float(_get(entry, "scale", 1.0))
    ramp = int(_get(entry, "ramp_days", 0))
    if scale < 0.0:
        problems.error(f"the scale {scale:g} is below zero", where, "use 0 to switch it off")
    if ramp < 0:
        problems.error(f"ramp_days {ramp} is below zero", where, "use 0 for a sudden start")
    place = _get(entry, "where", {})
    regions, places = _resolve_places(place, names, problems, where)
    return Scope(
        policy=policy,
        start=start,
        end=end,
        ramp_days=ramp,
        scale=scale,
        calendar=calendar,
        names=names,
        regions=regions,
        places=places,
        modes=_known(_ids(place, "modes"), names.modes, "mode", problems, where),
        legs=_known(_ids(place, "legs"), names.legs, "leg", problems, where),
        cohorts=_resolve_people(_get(entry, "whom", {}), names, problems, where),
        priority=int(_get(entry, "priority", 0)),
        enabled=bool(_get(entry, "enabled", True)),
    )


def _known(ids: Ids, known: Iterable[str], what: str, problems: ProblemList, where: str) -> Ids:
    known = sorted(known)
    for item in ids:
        if item not in known:
            _unknown(problems, where, what, item, known)
    return tuple(sorted(ids))


def _resolve_places(
    selector: Any, names: Names, problems: ProblemList, where: str
) -> tuple[Ids, Ids]:
    """Regions (with those of the named zones) and places of a selector."""
    regions = set(_known(_ids(selector, "regions"), names.regions, "region", problems, where))
    for zone in _known(_ids(selector, "zones"), names.zones, "zone", problems, where):
        regions |= {p.region for p in names.places.values() if zone in p.zones}
    places = _known(_ids(selector, "places"), names.places, "place", problems, where)
    return tuple(sorted(regions)), places


def _resolve_people(whom: Any, names: Names, problems: ProblemList, where: str) -> Ids:
    nations = _known(
        _ids(whom, "nationalities"), names.nationalities, "nationality", problems, where
    )
    types = _known(_ids(whom, "family_types"), names.family_types, "family type", problems, where)
    cohorts = _known(_ids(whom, "cohorts"), names.cohorts, "cohort", problems, where)
    if not nations and not types and not cohorts:
        return ()
    chosen = tuple(
        sorted(
            cohort_id
            for cohort_id, cohort in names.cohorts.items()
            if (not nations or cohort.nationality in nations)
            and (not types or cohort.family_type in types)
            and (not cohorts or cohort_id in cohorts)
        )
    )
    if not chosen:
        problems.error(
            "no cohort has the nationality and family type that it names",
            where,
            "widen `whom`, or leave it out to reach everybody",
        )
    return chosen


def _spec(entry: Any, instrument: Instrument, problems: ProblemList, where: str) -> Spec | None:
    raw = {
        str(name): value.model_dump() if hasattr(value, "model_dump") else value
        for name, value in dict(_get(entry, "parameters", {})).items()
    }
    try:
        return instrument.spec.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            _parameter_fault(fault, instrument, problems, where)
        return None


def _parameter_fault(fault: Any, instrument: Instrument, problems: ProblemList, where: str) -> None:
    name = ".".join(str(part) for part in fault["loc"])
    fields = [f for f in instrument.spec.model_fields if f != "series"]
    if instrument.spec.series_name:
        fields.append(f"{instrument.spec.series_name}_YYYY_MM")
    if fault["type"] == "extra_forbidden":
        what = f"unknown parameter {name!r}"
    elif fault["type"] == "missing":
        what = f"the parameter {name!r} is missing"
    else:
        message = str(fault["msg"]).removeprefix("Value error, ")
        what = f"parameter {name}: {message}" if name else message
    problems.error(
        what, where, f"instrument {instrument.id!r} takes: {', '.join(fields) or 'no parameters'}"
    )


def _within(
    effects: Iterable[Effect],
    names: Names,
    calendar: Calendar,
    problems: ProblemList,
    where: str,
    *,
    silent: bool = False,
) -> list[Effect]:
    """Effects that touch a table of this scenario on a simulated day."""
    kept = []
    lacking: set[str] = set()
    for effect in effects:
        if effect.start >= calendar.n_days or (effect.end is not None and effect.end <= 0):
            continue
        missing = _lacks(effect, names)
        if missing:
            lacking |= missing
        else:
            kept.append(effect)
    if lacking and not silent:
        problems.warn(
            f"part of the policy has no place in this scenario, which lacks "
            f"{', '.join(sorted(lacking))}",
            where,
            "that part is left out; add what is lacking or switch the policy off",
        )
    return kept


def _lacks(effect: Effect, names: Names) -> set[str]:
    """Things that an effect needs and the scenario does not have."""
    known: dict[str, Iterable[str]] = {
        "stay": names.stays,
        "transition": names.transitions,
        "paper": names.papers,
        "cause": names.causes,
        "agency": names.agencies,
        "facility": names.facilities,
    }
    missing = {
        f"{selector} {item!r}"
        for selector, ids in effect.selectors.items()
        for item in ids
        if selector in known and item not in known[selector]
    }
    if isinstance(effect, fx.HazardFactor | fx.EffortFactor) and not _touches_a_leg(effect, names):
        missing.add("a leg in the regions and modes it names")
    if isinstance(effect, fx.Controller):
        missing |= {m for inner in effect.then for m in _lacks(inner, names)}
    return missing


def _touches_a_leg(effect: fx.HazardFactor | fx.EffortFactor, names: Names) -> bool:
    legs: Ids = effect.legs if isinstance(effect, fx.HazardFactor) else ()
    return any(
        (not legs or leg_id in legs)
        and (not effect.regions or leg.region in effect.regions)
        and (not effect.modes or leg.mode in effect.modes)
        for leg_id, leg in names.legs.items()
    )
