"""Cards for a notebook: small tables in plain HTML that take their colours from the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

ROWS = 12
"""Rows that a card shows of a table."""


def card(
    title: str,
    facts: Mapping[str, object] | None = None,
    head: Sequence[str] = (),
    rows: Iterable[Sequence[str]] = (),
    more: str = "to_pandas()",
) -> str:
    """A title, some facts in a line, and the first rows of a table.

    Everything is escaped; there are no scripts, styles of the page's own or colours, so that a
    card can be read on a dark page. ``more`` says where rows that are left out can be had.

    >>> card("Result of example", {"seed": 7})
    '<div><strong>Result of example</strong><br><small>seed 7</small></div>'
    """
    rows = list(rows)
    parts = [f"<strong>{escape(title)}</strong>"]
    told = " · ".join(f"{k} {v}".strip() for k, v in (facts or {}).items() if v not in ("", None))
    if told:
        parts.append(f"<br><small>{escape(told)}</small>")
    if rows:
        parts.append(_table(head, rows[:ROWS]))
    if len(rows) > ROWS:
        parts.append(f"<small>{escape(f'{len(rows) - ROWS:,} more rows: {more}')}</small>")
    return f"<div>{''.join(parts)}</div>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells that begin with a digit or a sign stand on the right, as numbers do."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    side = "right" if text[:1].isdigit() or (text[:1] in "+−±–" and text) else "left"
    return f'<td style="text-align:{side}">{escape(text)}</td>'
