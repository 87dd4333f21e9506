"""The page that a run of any kind can have: its quantities by month, its scores, what made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from travesia.figures import cell
from travesia.reporting.data import MISUSE, manifest_rows
from travesia.reporting.render import GENERATOR
from travesia.reporting.sections import added, table
from travesia.results.counting import counter_of

if TYPE_CHECKING:
    from travesia.kind import Kind
    from travesia.results.result import Result

WIDTH, HEIGHT = 640, 80
"""Pixels of the drawing of a series."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{generator}
<title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse}}td,th{{padding:.2rem .8rem;text-align:left;vertical-align:top}}
svg{{max-width:100%}}polyline{{fill:none;stroke:currentColor;stroke-width:2}}</style>
</head>
<body><main><h1>{title}</h1>
{body}
</main></body>
</html>
"""


def plain_page(result: Result, kind: Kind[Any]) -> str:
    """The page as text: HTML without scripts, which asks nothing of any host."""
    title = result.about("title") or str(result.manifest["scenario"])
    parts = [
        *(f"<p>{escape(line)}</p>" for line in kind.told(result) if line.strip()),
        *_series(result),
        *_scores(result, kind),
        added(result),
        "<h2>What this must not be used for</h2>",
        *(f"<p>{escape(text)}</p>" for text in MISUSE),
        "<h2>What made it</h2>",
        table(("", ""), manifest_rows(result.manifest)),
    ]
    return _PAGE.format(generator=GENERATOR, title=escape(title), body="\n".join(parts))


def _series(result: Result) -> Iterable[str]:
    """Every quantity that occurs, drawn by month."""
    counter = counter_of(result)
    for quantity in result.quantities.summed:
        values = counter.count(quantity)
        if not values.any():
            continue
        first, last = counter.months[0], counter.months[-1]
        told = f"{first} to {last}, at most {cell(float(values.max()))}"
        yield f"<h2>{escape(quantity.titled)}</h2>"
        yield f"<p>{escape(quantity.unit)} by month, {told}</p>{_drawing(values.tolist())}"


def _drawing(values: Sequence[float]) -> str:
    most, step = max(values), WIDTH / max(1, len(values) - 1)
    points = " ".join(
        f"{n * step:.1f},{HEIGHT - 1 - v / most * (HEIGHT - 2):.1f}" for n, v in enumerate(values)
    )
    line = f'<polyline points="{points}"/>'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-hidden="true">{line}</svg>'


def _scores(result: Result, kind: Kind[Any]) -> Iterable[str]:
    """The table of scores, where there is anything to hold the run against."""
    scores = kind.scores(result)
    rows = scores.to_rows() if scores is not None else []
    if not rows:
        return
    names = list(rows[0])
    yield "<h2>Against what was observed</h2>"
    yield table(names, [[cell(row.get(n)) for n in names] for row in rows])
