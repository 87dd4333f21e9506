"""Units of the scenario tables and the few conversions between them."""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0088

UNITS = frozenset(
    {
        "1", "share", "probability", "per day", "per 100 km", "per passage", "days", "weeks",
        "hours", "km", "km/day", "km/h", "USD", "1/(1,000 USD)", "1/day", "places", "cases/day",
        "people", "people/day", "factor", "utility", "month",
    }
)  # fmt: skip
"""Unit names that a parameter may carry."""


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km between two points given in degrees (haversine formula)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half_lat = (p2 - p1) / 2
    half_lon = math.radians(lon2 - lon1) / 2
    h = math.sin(half_lat) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))
