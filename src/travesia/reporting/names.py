"""Words of the report for the codes of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NATIONALITIES: Mapping[str, str] = MappingProxyType({
    "GTM": "Guatemala", "HND": "Honduras", "SLV": "El Salvador", "MEX": "Mexico", "CUB": "Cuba",
    "HTI": "Haiti", "VEN": "Venezuela", "NIC": "Nicaragua", "COL": "Colombia", "ECU": "Ecuador",
    "BRA": "Brazil", "PER": "Peru", "IND": "India", "OTH": "Other countries",
})  # fmt: skip

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("guatemala", "Guatemala", ("GTM",)),
    ("honduras", "Honduras", ("HND",)),
    ("el_salvador", "El Salvador", ("SLV",)),
    ("mexico", "Mexico", ("MEX",)),
    ("caribbean_andean", "Cuba, Haiti, Venezuela, Nicaragua",
     ("CUB", "HTI", "VEN", "NIC")),
    ("elsewhere", "Colombia, Ecuador and elsewhere", ()),
)  # fmt: skip
"""Groups of nationalities on the map; the last takes every nationality not named before."""

FAMILIES: Mapping[str, str] = MappingProxyType({
    "adult": "adults without children", "family": "families", "child": "children alone",
})  # fmt: skip

MODE_SHORT: Mapping[str, str] = MappingProxyType({
    "bus": "bus", "guided_vehicle": "guide's vehicle", "goods_truck": "goods truck",
    "freight_train": "freight train", "walk_road": "on foot, road", "walk_track": "on foot, track",
    "boat_raft": "boat or raft", "air": "air",
})  # fmt: skip

ENDS: Mapping[str, str] = MappingProxyType({
    "in_us": "In the United States", "settled_mx": "Living in Mexico",
    "under_way": "Still on the way or waiting", "returned": "Back in the home country",
    "dead": "Died on the way",
})  # fmt: skip

PLACE_KINDS: Mapping[str, str] = MappingProxyType({
    "origin": "place where journeys begin", "gateway": "gateway for people from further south",
    "town": "town", "border_zone": "stretch of the border", "formal_crossing": "formal crossing",
    "rail_yard": "town with a rail yard", "border_city": "city at the US border",
    "sector": "US Border Patrol sector", "port_group": "US ports of entry",
})  # fmt: skip

MX_STATES: Mapping[str, str] = MappingProxyType({
    "MX-AGU": "Aguascalientes", "MX-BCN": "Baja California", "MX-BCS": "Baja California Sur",
    "MX-CAM": "Campeche", "MX-CHH": "Chihuahua", "MX-CHP": "Chiapas", "MX-CMX": "Mexico City",
    "MX-COA": "Coahuila", "MX-COL": "Colima", "MX-DUR": "Durango", "MX-GRO": "Guerrero",
    "MX-GUA": "Guanajuato", "MX-HID": "Hidalgo", "MX-JAL": "Jalisco", "MX-MEX": "State of Mexico",
    "MX-MIC": "Michoacán", "MX-MOR": "Morelos", "MX-NAY": "Nayarit", "MX-NLE": "Nuevo León",
    "MX-OAX": "Oaxaca", "MX-PUE": "Puebla", "MX-QUE": "Querétaro", "MX-ROO": "Quintana Roo",
    "MX-SIN": "Sinaloa", "MX-SLP": "San Luis Potosí", "MX-SON": "Sonora", "MX-TAB": "Tabasco",
    "MX-TAM": "Tamaulipas", "MX-TLA": "Tlaxcala", "MX-VER": "Veracruz", "MX-YUC": "Yucatán",
    "MX-ZAC": "Zacatecas",
})  # fmt: skip

COUNTRIES: Mapping[str, str] = MappingProxyType({
    "GTM": "Guatemala", "HND": "Honduras", "SLV": "El Salvador", "MEX": "Mexico",
    "NIC": "Nicaragua", "CRI": "Costa Rica", "PAN": "Panama", "COL": "Colombia",
    "USA": "United States", "BLZ": "Belize", "ECU": "Ecuador", "VEN": "Venezuela",
    "BRA": "Brazil", "PER": "Peru", "CUB": "Cuba", "HTI": "Haiti",
})  # fmt: skip

WAITING_NAMES: Mapping[str, str] = MappingProxyType({
    "stranded": "stranded, resting or working", "papers": "waiting for papers",
    "border": "waiting at the US border", "held": "held in Mexico",
    "captive": "held by criminals",
})  # fmt: skip
"""What the circles of the map count: names of the kinds of waiting, in their order."""


def region_name(region: str) -> str:
    """A region in words: a Mexican state, a country or, failing those, a tidy form of the id."""
    known = MX_STATES.get(region) or COUNTRIES.get(region)
    return known or region.replace("us_", "US ").replace("_", " ")


PAYERS: Mapping[str, str] = MappingProxyType(
    {
        "people": "People on the way",
        "mexico": "Mexico",
        "united_states": "The United States",
        "humanitarian": "Aid organisations",
        "business": "Firms (trade lost)",
    }
)
"""Who pays, in words."""
