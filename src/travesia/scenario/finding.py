"""Finds what a word means among everything of a scenario that has a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from travesia.likeness import key, nearest, stems
from travesia.scenario.geography import Leg
from travesia.scenario.questions import numbered
from travesia.scenario.scenario import Scenario

KINDS = {
    "places": "place", "legs": "leg", "modes": "mode", "cohorts": "cohort",
    "facilities": "facility", "camps": "camp", "papers": "paper", "causes": "cause",
    "stays": "stay", "transitions": "transition", "policies": "policy", "targets": "target",
    "money": "sum", "costs": "cost",
}  # fmt: skip
"""What a row of each table is called, in the order in which things are explained."""

WORDS = (
    "state", "region", "admin1", "country", "instrument", "observable", "nationality",
    "description", "note",
)  # fmt: skip
"""Columns that say what something is about; they find it, but do not name it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A thing by its id: ``names`` name it (English, Spanish), ``words`` only belong to it."""

    id: str
    kind: str
    names: tuple[str, ...] = ()
    words: str = ""

    @property
    def name(self) -> str:
        """Its name for people, blank if it has none but its id."""
        return next((n for n in self.names if n), "")


def topics(scenario: Scenario) -> Iterator[Topic]:
    """Everything that can be explained, in the order of the tables, each id of a kind once."""
    places = {p.id: p.name for p in scenario.places}
    for table, kind in KINDS.items():
        seen = set()
        for row in scenario.table(table):
            if row.id in seen:
                continue
            seen.add(row.id)
            if isinstance(row, Leg):
                ends = (places.get(row.from_, row.from_), places.get(row.to, row.to))
                names: tuple[str, ...] = (f"{ends[0]} to {ends[1]} by {row.mode}",)
            else:
                names = tuple(str(getattr(row, n, "") or "") for n in ("name", "name_es"))
            words = " ".join(str(getattr(row, c, "") or "") for c in WORDS)
            yield Topic(row.id, kind, names, words)
    for name, parameter in scenario.parameters.items():
        yield Topic(name, "parameter", words=parameter.description)
    numbers = {patches[0]: n for n, patches in reversed(numbered(scenario.folders).items())}
    for patch in scenario.patches.values():
        yield Topic(patch.id, "what-if", (patch.title, numbers.get(patch.id, "")), patch.question)


def exactly(known: Iterable[Topic], asked: str) -> list[Topic]:
    """What is called just so, whatever the case, accents, ``_`` and ``-``: ids before names."""
    wanted, known = key(asked), tuple(known)
    by_id = [t for t in known if key(t.id) == wanted]
    return by_id or [t for t in known if wanted in {key(n) for n in t.names if n}]


def holding(known: Iterable[Topic], asked: str) -> list[Topic]:
    """What holds every word of ``asked``, the best first.

    Words are compared by their stems, in any order. What is named so comes before what only
    belongs to it, and short names before long ones, of which the words are a smaller part.
    """
    wanted = stems(asked)
    ranked = []
    for n, topic in enumerate(known):
        named = stems(" ".join((topic.id, *topic.names)))
        if wanted and (rank := _rank(wanted, named, stems(topic.words))) is not None:
            ranked.append((rank, n, topic))
    return [topic for *_, topic in sorted(ranked, key=lambda r: r[:2])]


def _rank(
    wanted: Sequence[str], named: Sequence[str], words: Sequence[str]
) -> tuple[int, int] | None:
    if _holds(named, wanted):
        return 0 if wanted[0] == named[0] else 1, len(named)
    return (2, len(words)) if _holds([*named, *words], wanted) else None


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether each wanted stem begins one of the words."""
    return all(any(w.startswith(stem) for w in words) for stem in wanted)


def near(known: Iterable[Topic], asked: str, most: int = 3) -> list[str]:
    """Ids of what is written most like ``asked``, by id or by name."""
    ids: dict[str, str] = {}
    for topic in known:
        for name in (topic.id, *topic.names):
            if name:
                ids.setdefault(name, topic.id)
    return list(dict.fromkeys(ids[n] for n in nearest(asked, ids, 2 * most)))[:most]
