"""Make the corridor's places, legs and modes from the draft network of public data.

Usage: ``python scripts/derive_network.py FOLDER`` where FOLDER holds ``network/places.csv``,
``network/legs.csv``, ``network/modes.csv`` and ``geo/admin1_corridor.geojson`` (Natural Earth).
Writes into ``src/travesia/scenarios/corridor``. What each step does is told in ``docs/network.md``.
"""

from __future__ import annotations

import calendar
import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

Row = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1] / "src/travesia"
OUT = ROOT / "scenarios/corridor"
PERIOD = ("2012-10-01", "2023-12-31")
"""First day of the spin-up and last day of the scenario: a bound outside it is left blank."""

PLACE_COLUMNS = [
    *("id", "name", "kind", "country", "admin1", "region", "lat", "lon", "population", "zones"),
    *("note", "source"),
]
LEG_COLUMNS = [
    *("id", "from", "to", "mode", "role", "distance_km", "days", "cost_low_usd", "cost_high_usd"),
    *("region", "start", "end", "requires", "note", "source"),
]
MODE_COLUMNS = [
    *("id", "name", "speed_km_day_low", "speed_km_day", "speed_km_day_high", "note", "source")
]

BELT = {"MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO"}
"""States in which the regional visitor card holds."""

ISTHMUS_EXITS = {"tapanatepec", "juchitan", "ixtepec", "medias_aguas", "acayucan", "coatzacoalcos"}
INTO_GUATEMALA = {"ocotepeque", "omoa", "esquipulas"}
LEAVING_GUATEMALA = "GTM-N"
"""Region of the legs that lead out of Guatemala to Mexico. ``GTM`` is left to the legs on which
people from Honduras enter, so that soldiers stop those who enter and not Guatemalans who leave."""

MODE_NAMES = {
    "bus": "Bus or van without a guide",
    "guided_vehicle": "Private vehicle with a guide",
    "goods_truck": "Hidden in a goods truck",
    "freight_train": "On a freight train",
    "walk_road": "On foot along a road",
    "walk_track": "On foot on a track through jungle, hills or desert",
    "boat_raft": "Boat or raft",
    "air": "Aeroplane",
}
TERRAIN = {"mtn": "mountain", "flat": "flat", "mixed": "mixed", "jungle": "jungle"}
GUIDED_LEGS = {"iz_suchiate__juchitan__br"}
PAPERS_LEGS = {
    "tapachula__mexico_city__ai",
    "mexico_city__tijuana__ai",
    "mexico_city__monterrey__ai",
}

REGION_OF_LEG = {
    # Legs whose straight line runs over the sea or another country than the way itself does.
    "iz_suchiate__juchitan__br": "MX-CHP",
    "havana__managua__ai": "CUB",
    "managua__danli__bu": "NIC",
    # The dangerous and watched stretch is the last one, in Tamaulipas.
    "monterrey__reynosa__bu": "MX-TAM",
    "monterrey__reynosa__gv": "MX-TAM",
    "monterrey__reynosa__gt": "MX-TAM",
    "monterrey__reynosa__ft": "MX-TAM",
    "monterrey__miguel_aleman__bu": "MX-TAM",
    "monterrey__miguel_aleman__gv": "MX-TAM",
    # Federal 57 and the railway run in San Luis Potosí more than in Guanajuato.
    "queretaro__san_luis_potosi__bu": "MX-SLP",
    "queretaro__san_luis_potosi__gv": "MX-SLP",
    "queretaro__san_luis_potosi__gt": "MX-SLP",
    "queretaro__san_luis_potosi__ft": "MX-SLP",
    "necocli__meteti__wt": "PAN",
}

ADDED_PLACES: list[Row] = []
ADDED_LEGS: list[Row] = [
    {
        "id": "havana__necocli__ai",
        "from": "havana",
        "to": "necocli",
        "mode": "air",
        "role": "travel",
        "distance_km": "4600",
        "days": "20",
        "cost_low_usd": "1200",
        "cost_high_usd": "3500",
        "region": "COL",
        "start": "",
        "end": "",
        "requires": "",
        "note": (
            "Before Nicaragua dropped its visa: by air to a South American country that asked none "
            "of Cubans, then by road to the Urabá. Length, days and cost are estimates."
        ),
        "source": "assumption",
    },
]


def read(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write(name: str, columns: list[str], rows: list[Row]) -> None:
    """Write a table of the scenario."""
    with (OUT / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def ledger_ids(text: str) -> list[str]:
    """Ids of the ledger for the draft's source marks, in the order of the text."""
    return list(dict.fromkeys(f"NET-{mark}" for mark in re.findall(r"\bS\d\d\b", text)))


def sources_by_url() -> dict[str, str]:
    """Ids of the ledger's sources by address."""
    return {row["url"].rstrip("/"): row["id"] for row in read(ROOT / "evidence/data/sources.csv")}


# --- regions -----------------------------------------------------------------------------------


def load_regions(path: Path) -> dict[str, list[list[list[float]]]]:
    """Outer rings of each first-level division by ISO 3166-2 code."""
    shapes: dict[str, list[list[list[float]]]] = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = (
            geometry["coordinates"]
            if geometry["type"] == "MultiPolygon"
            else [geometry["coordinates"]]
        )
        code = feature["properties"]["iso"].replace("MX-DIF", "MX-CMX")
        shapes[code] = [polygon[0] for polygon in polygons]
    return shapes


def inside(lon: float, lat: float, ring: list[list[float]]) -> bool:
    """Whether a point lies in a ring (even-odd rule)."""
    odd = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd


def states_on_the_way(
    a: Row, b: Row, shapes: dict[str, list[list[list[float]]]], steps: int = 60
) -> Counter[str]:
    """Mexican states under points spread evenly over the straight line from ``a`` to ``b``."""
    found: Counter[str] = Counter()
    for step in range(steps + 1):
        t = step / steps
        lon = float(a["lon"]) * (1 - t) + float(b["lon"]) * t
        lat = float(a["lat"]) * (1 - t) + float(b["lat"]) * t
        for code, rings in shapes.items():
            if code.startswith("MX-") and any(inside(lon, lat, ring) for ring in rings):
                found[code] += 1
                break
    return found


def region_of_leg(
    leg: Row, places: dict[str, Row], shapes: dict[str, list[list[list[float]]]]
) -> str:
    """Region in which the traveller is exposed."""
    a, b = places[leg["from"]], places[leg["to"]]
    if leg["id"] in REGION_OF_LEG:
        return REGION_OF_LEG[leg["id"]]
    if b["kind"] in ("sector", "port_group"):
        return str(b["id"])
    if a["kind"] == "sector":
        return str(b["admin1"])
    if a["country"] == "MEX" and b["country"] == "MEX":
        if leg["mode"] == "air":
            return str(b["admin1"])
        found = states_on_the_way(a, b, shapes)
        return found.most_common(1)[0][0] if found else str(b["admin1"])
    # From Guatemala to the line most of the way lies south of it.
    country = str(a["country"] if b["country"] == "MEX" else b["country"])
    if country == "GTM" and leg["from"] not in INTO_GUATEMALA:
        return LEAVING_GUATEMALA
    return country


# --- places, legs, modes -----------------------------------------------------------------------


def place_region(place: Row) -> str:
    """Region of a place: state in Mexico, the place itself in the United States, else country."""
    if place["kind"] in ("sector", "port_group"):
        return str(place["id"])
    if place["country"] == "MEX":
        return str(place["admin1"])
    return str(place["country"])


def zones_of(place: Row) -> str:
    """Tags on which papers and policies act."""
    tags = []
    if place["admin1"] in BELT:
        tags.append("belt")
    if place["admin1"] in BELT or place["id"] in ISTHMUS_EXITS:
        tags.append("south")
    if place["kind"] == "border_city" or place["id"] == "altar":
        tags.append("north_border")
    return ";".join(tags)


def clean(note: str) -> str:
    """Take out marks that only the draft's readers understand."""
    note = re.sub(r" ?\((articles|system\.md)[^)]*\)|; the shared file has none", "", note)
    return note.replace("(system.md I24)", "").strip()


def make_place(draft: Row) -> Row:
    """A row of ``places.csv``."""
    source, notes = draft["source"], [draft["role_note"]]
    geonames = re.search(r"GeoNames (\d+)", source)
    if geonames:
        ledger = "DATA-GEONAMES"
        notes.append(f"GeoNames {geonames[1]}")
    elif "us_mexico_ports_of_entry" in source:
        ledger = "DATA-BTS"
    elif "southern_formal_crossings" in source:
        ledger = "DATA-PRESS-GEO"
        notes.append("Town centroid")
    else:
        ledger = "assumption"
        notes.append("Coordinate from general knowledge, rounded")
    if draft["kind"] == "sector":
        notes.append("The headquarters town stands for the whole sector")
    url = re.search(r"https?://\S+[^\s;,)]", source)
    if url and ledger in ("DATA-PRESS-GEO", "assumption"):
        notes.append(url[0])
    row = {column: draft.get(column, "") for column in PLACE_COLUMNS}
    row.update(
        region=place_region(draft),
        zones=zones_of(draft),
        note=clean(". ".join(n.strip().rstrip(".") for n in notes if n.strip())),
        source=ledger,
    )
    return row


def parse_bound(text: str, last: bool) -> str:
    """First or last day of a year, month or day; blank if outside the scenario's period."""
    text = text.strip()
    if not text:
        return ""
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 1:
        parts += [12, 31] if last else [1, 1]
    elif len(parts) == 2:
        parts.append(calendar.monthrange(parts[0], parts[1])[1] if last else 1)
    day = f"{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}"
    # The draft opens at 2013; the simulation starts its spin-up three months before.
    return "" if (day >= PERIOD[1] if last else day <= "2013-01-01") else day


def parse_period(text: str) -> tuple[str, str, str]:
    """Start, end and remark of the draft's free-text period."""
    span, _, remark = text.partition(";")
    first, _, last = span.replace("–", "..").partition("..")
    return parse_bound(first, False), parse_bound(last, True), remark.strip()


def leg_note(draft: Row, remark: str) -> str:
    """Remark of a leg: the way, the period, and how its length was found."""
    notes = [part.strip() for part in draft["exposure_notes"].split("|")]
    notes = [n for n in notes if not re.match(r"^(MX-)?[A-Z]{3}( \w+)?:", n)]
    if remark:
        notes.append(f"period: {remark}")
    source = draft["source"]
    distance = next((p for p in source.split(";") if "distance" in p), "").strip()
    terrain = re.search(r"\((mtn|flat|mixed|jungle);? ?", source)
    factor = re.search(r"x (\d\.\d+)", source)
    if "published" in distance:
        notes.append("length published")
    elif factor and terrain:
        notes.append(
            f"length: great circle × {factor[1]} ({TERRAIN[terrain[1]]} road), an estimate"
        )
    elif factor:
        notes.append(f"length: great circle × {factor[1]}, an estimate")
    elif distance:
        notes.append(distance)
    return clean("; ".join(n for n in notes if n))


def role_of(draft: Row, places: dict[str, Row]) -> str:
    """Role of a leg: only ``travel`` and ``crossing`` are in the graph of choices."""
    if draft["direction"] != "north":
        return "return"
    kind = places[draft["to"]]["kind"]
    return {"sector": "crossing", "port_group": "port"}.get(kind, "travel")


def leg_sources(draft: Row, by_url: dict[str, str]) -> list[str]:
    """Ledger ids of the sources of a leg: of its length first."""
    sources = ledger_ids(draft["source"])
    for url in reversed(re.findall(r"https?://[^\s;,]+", draft["source"])):
        if url.rstrip("/") not in by_url:
            print(f"{draft['id']}: {url} is not in the ledger")
        else:
            sources.insert(0, by_url[url.rstrip("/")])
    if draft["mode"] == "freight_train":
        sources.insert(0, "DATA-NATURALEARTH")
    return list(dict.fromkeys(sources))


def make_leg(
    draft: Row,
    places: dict[str, Row],
    shapes: dict[str, list[list[list[float]]]],
    by_url: dict[str, str],
) -> Row:
    """A row of ``legs.csv``."""
    start, end, remark = parse_period(draft["period"])
    guided = draft["mode"] in ("guided_vehicle", "goods_truck") or draft["id"] in GUIDED_LEGS
    papers = draft["id"] in PAPERS_LEGS
    return {
        "id": draft["id"],
        "from": draft["from"],
        "to": draft["to"],
        "mode": draft["mode"],
        "role": role_of(draft, places),
        "distance_km": draft["distance_km"],
        "days": draft["typical_days"],
        "cost_low_usd": draft["cost_usd_low"],
        "cost_high_usd": draft["cost_usd_high"],
        "region": region_of_leg(draft, places, shapes),
        "start": start,
        "end": end,
        "requires": "guided" if guided else "papers" if papers else "",
        "note": leg_note(draft, remark),
        "source": ";".join(leg_sources(draft, by_url)) or "assumption",
    }


def make_mode(draft: Row) -> Row:
    """A row of ``modes.csv``."""
    notes = [draft["boarding_limits"], draft["main_hazards"]]
    return {
        "id": draft["mode"],
        "name": MODE_NAMES[draft["mode"]],
        "speed_km_day_low": draft["speed_km_day_low"],
        "speed_km_day": draft["speed_km_day_typical"],
        "speed_km_day_high": draft["speed_km_day_high"],
        "note": re.sub(r",? ?\(?\b(S\d\d(, )?)+\)?", "", "; ".join(n for n in notes if n)),
        "source": ";".join(ledger_ids(draft["sources"])) or "assumption",
    }


def main(folder: Path) -> None:
    """Derive the three tables."""
    draft_places = read(folder / "network/places.csv")
    places = {p["id"]: p for p in draft_places + ADDED_PLACES}
    shapes = load_regions(folder / "geo/admin1_corridor.geojson")
    by_url = sources_by_url()
    legs = [make_leg(row, places, shapes, by_url) for row in read(folder / "network/legs.csv")]
    write("places.csv", PLACE_COLUMNS, [make_place(p) for p in draft_places + ADDED_PLACES])
    write("legs.csv", LEG_COLUMNS, legs + ADDED_LEGS)
    write("modes.csv", MODE_COLUMNS, [make_mode(m) for m in read(folder / "network/modes.csv")])
    print(f"{len(places)} places, {len(legs) + len(ADDED_LEGS)} legs")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
