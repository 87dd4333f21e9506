"""Places and routes out of locations.csv and routes.csv, with a check of coordinates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from travesia.errors import ProblemList
from travesia.kinds.flee.csvread import Row, Table, number, suggest, whole, with_header
from travesia.kinds.flee.instance import Place, Route
from travesia.kinds.flee.people import people_of
from travesia.units import great_circle_km

COLUMNS = 8
ATTRIBUTES = ("initial_idps", "conflict_intensity", "capacity_per_day")
UNKNOWN = "unknown"
"""Country of places whose cell is blank."""
LONGEST_KM = 40_100.0
LINK_TYPES = ("drive", "walk", "crossing")
TYPES = "conflict_zone, town, camp, idpcamp, forwarding_hub, marker"


def kind_of(text: str) -> str | None:
    """The kind of place that a FLEE type means; None if FLEE knows no such type.

    FLEE looks for words inside the type, in this order.
    """
    t = text.lower()
    if "camp" in t:
        return "idp_camp" if "idp" in t else "camp"
    for word, kind in (
        ("conflict", "conflict"),
        ("forward", "forwarding_hub"),
        ("marker", "marker"),
        ("flood", "town"),
        ("default", "town"),
        ("town", "town"),
    ):
        if word in t:
            return kind
    return None


def places_of(table: Table, problems: ProblemList, notes: list[str]) -> list[Place]:
    """Places in the order of the file; rows with faults are reported and left out."""
    found: dict[str, tuple[int, Place | None]] = {}
    turned = _longitude_first(table.header, problems)
    extra = [c for c in table.header[COLUMNS:] if c and c not in ATTRIBUTES]
    if extra:
        notes.append(f"locations.csv: columns {', '.join(extra)} have no effect here")
    plane = _on_a_plane(table, problems)
    sizes = people_of(
        [(row, 7) for row in table.rows],
        "population or capacity",
        "populations and capacities",
        problems,
    )
    for row, size in zip(table.rows, sizes, strict=True):
        name = row.cell(0)
        if name in found:
            problems.warn(
                f"{name!r} stands in line {found[name][0]} already: this row counts (in FLEE roads "
                "lead to the last place of a name, and conflict begins at the first)",
                row.where,
                "give every place a name of its own",
            )
        mine = ProblemList()
        place = _place(row, size, table.header, None if plane else turned, mine)
        problems.extend(mine)
        found[name] = (row.line, None if mine.errors else place)
    out = [place for _, place in found.values() if place is not None]
    wet = [row.cell(0) for row in table.rows if "flood" in row.cell(5).lower()]
    if wet:
        notes.append(
            f"locations.csv: {', '.join(wet)}: flood zones are towns here, as floods are "
            "not simulated"
        )
    if not table.rows and not problems.errors:
        problems.error("there are no places", "locations.csv", "add at least one row")
    if not plane:
        _tell_blanks(out, problems)
    return out


def _longitude_first(header: Sequence[str], problems: ProblemList) -> bool:
    """Whether the header says that longitude comes before latitude, which FLEE would not heed."""
    names = [h.lower() for h in header[3:5]]
    turned = len(names) == 2 and names[0].startswith("lon") and names[1].startswith("lat")
    if turned:
        problems.warn(
            "the header says that longitude comes first (FLEE takes the first number for the "
            "latitude): they are read as the header says",
            "locations.csv",
            "put latitude before longitude",
        )
    return turned


def _tell_blanks(places: Sequence[Place], problems: ProblemList) -> None:
    """Remarks on blank cells, once for all places that have them."""
    blank = {
        "no country: they count as one country, 'unknown'": [
            p.name for p in places if p.country == UNKNOWN
        ],
        "no coordinates: they are left off maps": [
            p.name for p in places if p.lat is None or p.lon is None
        ],
        "no capacity: they never fill": [
            p.name for p in places if "camp" in p.kind and p.capacity == 0
        ],
    }
    for what, names in blank.items():
        if names:
            some = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
            one = f"{len(names)} place{'s' if len(names) > 1 else ''}"
            problems.warn(f"{one} ({some}) with {what}", "locations.csv", "fill the cells")


GRID = 10
"""Places from which on whole numbers for all coordinates cannot be chance."""


def _on_a_plane(table: Table, problems: ProblemList) -> bool:
    """Whether the coordinates are positions on a made-up grid that no globe has."""
    cells = [c for row in table.rows for c in (row.cell(3), row.cell(4)) if c]
    try:
        numbers = [float(c) for c in cells]
    except ValueError:
        return False
    whole = all(n.is_integer() for n in numbers) and len(table.rows) >= GRID
    if not whole or max(abs(n) for n in numbers) <= 90:
        return False
    problems.warn(
        "the coordinates are whole numbers beyond 90: taken for positions on a plane, not for "
        "degrees, and left off maps",
        "locations.csv",
        "leave the cells blank",
    )
    return True


def _place(
    row: Row, size: float | None, header: Sequence[str], turned: bool | None, problems: ProblemList
) -> Place | None:
    """A place; ``turned`` tells whether longitude comes first, None that there are no degrees."""
    if not row.cell(0):
        problems.error("the place has no name", row.where, "fill the first column")
    kind = kind_of(row.cell(5))
    if kind is None:
        shown = repr(row.cell(5)) if row.cell(5) else "blank"
        problems.error(f"the type of {row.cell(0)!r} is {shown}", row.where, f"use one of {TYPES}")
    lat = lon = None
    if turned is not None:
        lat, lon = _coordinates(row, (4, 3) if turned else (3, 4), problems)
    if size is not None and size < 0:
        problems.error(f"population or capacity {size:g} is negative", row.where, "use 0 or more")
    since = whole(row.cell(6), "conflict_date", row.where, problems) if row.cell(6) else None
    if kind == "conflict" and not row.cell(6):
        problems.warn(
            "a conflict zone without conflict_date (FLEE stops here): only conflicts.csv decides",
            row.where,
            "write the day on which the conflict begins",
        )
    values = {}
    for name in ATTRIBUTES:
        at = header.index(name) if name in header else -1
        if at >= 0 and row.cell(at):
            values[name] = number(row.cell(at), name, row.where, problems)
            if (values[name] or 0) < 0:
                problems.error(f"{name} {row.cell(at)} is negative", row.where, "use 0 or more")
    if problems.errors or kind is None or size is None:
        return None
    camp = kind in ("camp", "idp_camp")
    if kind == "conflict" and not size:
        problems.warn(f"{row.cell(0)} has no population: nobody sets out there", row.where)
    return Place(
        row.cell(0),
        kind,
        row.cell(2) or UNKNOWN,
        row.cell(1),
        lat,
        lon,
        0 if camp else int(size),
        int(size) if camp else 0,
        since if kind == "conflict" else None,
        float(values.get("conflict_intensity") or 1.0),
        int(values.get("initial_idps") or 0),
        float(values.get("capacity_per_day") or 0.0),
    )


def _coordinates(
    row: Row, at: tuple[int, int], problems: ProblemList
) -> tuple[float | None, float | None]:
    """Latitude and longitude out of two columns; None where a cell is blank."""
    lat, lon = (
        number(row.cell(i), what, row.where, problems) if row.cell(i) else None
        for i, what in zip(at, ("latitude", "longitude"), strict=True)
    )
    if lat is not None and abs(lat) > 90:
        swapped = lon is not None and abs(lon) <= 90
        turn = "latitude and longitude look swapped: latitude comes first"
        cure = turn if swapped else "correct it"
        problems.error(f"latitude {lat:g} of {row.cell(0)!r} does not exist", row.where, cure)
    elif lon is not None and abs(lon) > 180:
        problems.error(
            f"longitude {lon:g} of {row.cell(0)!r} does not exist", row.where, "correct it"
        )
    return lat, lon


def routes_of(
    table: Table, known: set[str], problems: ProblemList, notes: list[str]
) -> list[Route]:
    """Routes in the order of the file. ``known`` are all names of locations.csv."""
    table = with_header(table, ("name1", "name", "from", "location1", "link"))
    extra = [c for c in table.header[4:] if c and c not in ("max_move_speed", "walk_probability")]
    if extra:
        notes.append(f"routes.csv: columns {', '.join(extra)} have no effect here")
    kinds = _link_types(table, notes)
    out: list[Route] = []
    seen: dict[frozenset[str], int] = {}
    twice: list[tuple[Row, int]] = []
    for row in table.rows:
        a, b = row.cell(0), row.cell(1)
        unknown = [n for n in (a, b) if n not in known]
        for name in unknown:
            what = f"the route leads to an unknown place {name!r}"
            problems.error(what, row.where, suggest(name, known, problems))
        km = number(row.cell(2), "the distance", row.where, problems)
        if km is not None and not 0 <= km <= LONGEST_KM:
            told = "negative" if km < 0 else "longer than the way around the world"
            problems.error(f"the distance {km:g} km is {told}", row.where, "correct it")
            continue
        if a == b and not unknown:
            problems.warn(
                f"the route leads from {a} to itself; it is left out", row.where, "remove it"
            )
            continue
        first = seen.setdefault(frozenset((a, b)), row.line)
        if first != row.line and not unknown:
            twice.append((row, first))
        route = _route(row, 0 if kinds else None, table.header, km, problems)
        if route is not None and not unknown:
            out.append(route)
    _tell_twice(twice, problems)
    return out


def _link_types(table: Table, notes: list[str]) -> bool:
    """Whether the fourth column holds kinds of road, as FLEE's model of single roads has it."""
    words = {row.cell(3) for row in table.rows} - {""}
    kinds = {w for w in words if any(k in w.lower() for k in LINK_TYPES)}
    if not kinds or kinds != words:
        return False
    notes.append(
        f"routes.csv, column 4: kinds of road ({', '.join(sorted(kinds))}) have no effect here: "
        "every road is travelled at max_move_speed, so ways on foot or across water are too quick"
    )
    return True


def _tell_twice(twice: Sequence[tuple[Row, int]], problems: ProblemList) -> None:
    """One remark on all roads that stand more than once."""
    if not twice:
        return
    some = "; ".join(
        f"{row.cell(0)} and {row.cell(1)}, linked in line {line} already" for row, line in twice[:3]
    )
    more = f" and {len(twice) - 3} more" if len(twice) > 3 else ""
    lines = ", ".join(str(row.line) for row, _ in twice[:20]) + (", ..." if twice[20:] else "")
    problems.warn(
        f"{some}{more}: in FLEE such a road counts twice in the choice, here the shorter one "
        "counts",
        f"routes.csv, line{'s' if len(twice) > 1 else ''} {lines}",
        "keep one row for each road",
    )


def _route(
    row: Row, flag: int | None, header: Sequence[str], km: float | None, problems: ProblemList
) -> Route | None:
    """A road; ``flag`` is its redirection where the fourth column does not hold it."""
    if flag is None:
        flag = whole(row.cell(3), "forced_redirection", row.where, problems) if row.cell(3) else 0
    values: dict[str, float | None] = {}
    for name in ("max_move_speed", "walk_probability"):
        at = header.index(name) if name in header else -1
        if at >= 4 and row.cell(at):
            values[name] = number(row.cell(at), name, row.where, problems)
    speed, walk = values.get("max_move_speed"), values.get("walk_probability") or 0.0
    if speed is not None and speed <= 0:
        problems.error(f"max_move_speed {speed:g} stops everybody", row.where, "use km per day")
        return None
    if not 0 <= walk <= 1:
        problems.error(f"walk_probability {walk:g} is not a chance", row.where, "use 0 to 1")
        return None
    if km is None or flag is None:
        return None
    return Route(row.cell(0), row.cell(1), km, flag, speed, walk)


def check_coordinates(
    places: Sequence[Place], routes: Sequence[Route], problems: ProblemList
) -> None:
    """Report places whose roads are far shorter than the straight line, and swapped coordinates.

    Where most roads are, distances or coordinates are in other units: one remark for all.

    No road is shorter than the great circle. A place is called swapped when each of its roads
    breaks that rule as written, and none does with latitude and longitude exchanged. Places with
    most such roads come first, so that their neighbours are not blamed for the same roads.
    """
    at = {p.name: (p.lat, p.lon) for p in places if p.lat is not None and p.lon is not None}
    roads: dict[str, list[tuple[str, float]]] = defaultdict(list)
    known = [r for r in routes if r.name1 in at and r.name2 in at]
    short = sum(_too_short(at[r.name1], at[r.name2], r.distance_km) for r in known)
    if len(known) >= GRID and 2 * short > len(known):
        what = f"{short} of {len(known)} roads are shorter than the straight line"
        cure = "check that coordinates are degrees and distances km"
        problems.warn(what, "routes.csv", cure)
        return
    for r in known:
        roads[r.name1].append((r.name2, r.distance_km))
        roads[r.name2].append((r.name1, r.distance_km))
    bad = {n: sum(_too_short(at[n], at[m], km) for m, km in roads[n]) for n in roads}
    blamed: set[str] = set()
    for name in sorted((n for n in bad if bad[n] == len(roads[n])), key=lambda n: -bad[n]):
        mine = [(m, km) for m, km in roads[name] if m not in blamed]
        if not mine:
            continue
        blamed.add(name)
        lat, lon = at[name]
        where = f"locations.csv, {name}"
        if abs(lon) <= 90 and not any(_too_short((lon, lat), at[m], km) for m, km in mine):
            problems.error(
                f"latitude {lat:g} and longitude {lon:g} look swapped: every road from here is "
                "shorter than the straight line",
                where,
                "write latitude first, then longitude",
            )
        else:
            what = "every road from here is shorter than the straight line"
            problems.warn(what, where, "check the coordinates")


def _too_short(a: tuple[float, float], b: tuple[float, float], km: float) -> bool:
    """Whether a road is shorter than the straight line, beyond any error of rounding."""
    return great_circle_km(*a, *b) > 1.25 * km + 40
