"""A FLEE run as arrays: people in camps by seed and day, counts, closures, remarks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from travesia.kinds.flee.payload import Band, CampError, Closure
from travesia.results.result import Result

Floats = npt.NDArray[np.float64]

CLOSED = {
    "country": "every road between {0} and {1}", "location": "every road of {0}",
    "link": "the road between {0} and {1}", "camp": "the camp {0}", "idpcamp": "the camp {0}",
}  # fmt: skip
"""What a closure closes, in words."""

LOW, HIGH = 0.05, 0.95


class CampFacts:
    """What the page reads of a run: [s] seeds, [t] days, [c] camps.

    ``simulated``, ``blind``, ``rescaled`` and ``blind_rescaled`` [s, t, c] are people; the
    rescaled ones add up to the counts of the scored camps, as FLEE's headline measure has it.
    ``observed`` [t, c] are the counts of each day (-1 without a count in the period);
    ``capacity`` [c].
    """

    def __init__(self, result: Result) -> None:
        self.result = result
        tables = result.scenario_tables
        pairs = zip(tables["scenario"]["key"], tables["scenario"]["value"], strict=True)
        self.about = {str(k): str(v) for k, v in pairs}
        self.name = str(result.manifest["scenario"])
        strict = bool(result.manifest["compatible"])
        self.rule = "compatible" if strict else str(result.manifest.get("rule", "flee"))
        self.departures = str(result.manifest.get("departures", "given"))
        self.people = float(result.manifest["people"])
        table = tables["camps"]
        self.camps = [str(c) for c in dict.fromkeys(table["camp"].astype(str))]
        first, last = (dt.date.fromisoformat(self.about[k]) for k in ("start", "end"))
        self.dates = [str(first + dt.timedelta(d)) for d in range((last - first).days + 1)]
        self.seeds = int(result.manifest.get("seeds", 1))
        shape = (self.seeds, len(self.dates), len(self.camps))
        cube = {
            c: table[c].to_numpy(np.float64).reshape(shape)
            for c in ("simulated", "blind", "observed", "capacity")
        }
        self.simulated, self.blind = cube["simulated"], cube["blind"]
        self.observed, self.capacity = cube["observed"][0], cube["capacity"][0, 0]
        self.rescaled, self.blind_rescaled = (
            self._rescale(self.simulated),
            self._rescale(self.blind),
        )

    def _rescale(self, people: Floats) -> Floats:
        scored = (self.observed >= 0).all(axis=0)
        mine = people[:, :, scored].sum(axis=2, keepdims=True)
        truth = self.observed[:, scored].sum(axis=1)[None, :, None]
        return np.asarray(people * np.divide(truth, mine, out=np.zeros_like(mine), where=mine > 0))

    def median(self, people: Floats, every: int) -> list[int]:
        """The median over seeds [s, t] of every so many days."""
        return _whole(np.median(people, axis=0)[::every])

    def band(self, people: Floats, every: int) -> Band:
        """The median over seeds [s, t], and nine tenths of them where there are several."""
        if self.seeds == 1:
            return {"simulated": _whole(people[0, ::every]), "low": None, "high": None}
        low, high = np.quantile(people, (LOW, HIGH), axis=0)
        return {
            "simulated": self.median(people, every),
            "low": _whole(low[::every]),
            "high": _whole(high[::every]),
        }

    def published(self, camp: int) -> list[list[int]]:
        """Published counts within the period, as [day of the run, people]."""
        counts = self.result.scenario_tables["counts"]
        mine = counts[counts["series"].astype(str) == self.camps[camp]]
        start = dt.date.fromisoformat(self.dates[0])
        rows = [
            [(dt.date.fromisoformat(str(day)) - start).days, round(float(people))]
            for day, people in zip(mine["date"], mine["people"], strict=True)
        ]
        return sorted(r for r in rows if 0 <= r[0] < len(self.dates))

    def error(self, camp: int) -> CampError:
        """Mean difference of a camp from its counts, in people and as a share of its mean count."""
        truth = self.observed[:, camp]
        off = np.abs(np.median(self.rescaled[:, :, camp], axis=0) - truth).mean()
        return {"people": float(round(off)), "counted": float(round(truth.mean()))}

    @property
    def closures(self) -> list[Closure]:
        """Closures with their dates and what they close."""
        table = self.result.scenario_tables.get("closures")
        if table is None:
            return []
        return [
            {
                "what": CLOSED[str(r["kind"])].format(r["name1"], r["name2"]),
                "start": str(r["start"]),
                "end": str(r["end"]),
            }
            for r in table.to_dict("records")
            if str(r["kind"]) in CLOSED
        ]

    def told(self, kind: str) -> list[str]:
        """Remarks of the import of one kind: ``left out`` or ``remark``."""
        table = self.result.scenario_tables.get("remarks")
        if table is None:
            return []
        return [str(t) for k, t in zip(table["kind"], table["text"], strict=True) if k == kind]


def _whole(values: Floats) -> list[int]:
    return [int(v) for v in np.rint(values)]
