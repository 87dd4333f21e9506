"""What a notebook shows of a run: a line, a card, and how it is cited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from travesia.display.cite import Citation, key_of
from travesia.display.html import card
from travesia.figures import count
from travesia.version import __version__

if TYPE_CHECKING:
    from travesia.results.result import Result


def named(manifest: Mapping[str, Any]) -> str:
    """A scenario and what was applied to it."""
    return "+".join([str(manifest.get("scenario") or "?"), *(manifest.get("patches") or ())])


def line(result: Result) -> str:
    """What was run, in a line."""
    facts = [_period(result), *(f"{k} {v}" for k, v in _settings(result.manifest).items())]
    return f"<Result of {named(result.manifest)}: {', '.join(facts)}>"


def html(result: Result) -> str:
    """What was run and the numbers that matter, as a card."""
    facts = {"": _period(result), **_settings(result.manifest)}
    rows = [(name, count(value)) for name, value in result.headline().items()]
    title = f"{named(result.manifest)}: {result.about('title')}".removesuffix(": ")
    return card(title, facts, ("", "people"), rows, more="headline()")


def citation(result: Result) -> Citation:
    """How the run is cited: with its period, its seed, and the hashes of scenario and result."""
    from travesia.results.digest import result_sha256

    said = result.manifest
    facts = {"period": _period(result), **_settings(said)}
    if said.get("scenario_sha256"):
        facts["scenario_sha256"] = str(said["scenario_sha256"])
    facts["result_sha256"] = str(said.get("result_sha256") or result_sha256(result.tables))
    name = named(said)
    return Citation(
        f"Run of {name}",
        key_of(name, facts["result_sha256"][:8]),
        facts,
        version=str(said.get("travesia") or __version__),
        year=str(said.get("started") or "")[:4],
    )


def source(result: Result) -> str:
    """A line below a chart."""
    told = ", ".join(f"{k} {v}" for k, v in _settings(result.manifest).items())
    return f"Travesía {result.manifest.get('travesia') or ''}, {named(result.manifest)}, {told}"


def _period(result: Result) -> str:
    first, last = result.period
    return f"{first} to {last}" if first else "no months"


def _settings(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Seed, sample and draw, as far as they are said."""
    known = ("seed", "sample", "draw")
    return {k: str(manifest[k]) for k in known if manifest.get(k) is not None}
