"""What a plan of many what-ifs leaves behind: an index page, one table, a folder per what-if."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.ensembles.store import for_people, write_whole
from travesia.figures import count, signed
from travesia.reporting.answers import patch_of, says
from travesia.reporting.comparison import LIMITS, comparison_page
from travesia.reporting.comparison_words import how_sure, signed_per_cent
from travesia.reporting.data import MISUSE

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.reporting.answers import Answers

ONE = "what-ifs"
"""Folder that holds a folder for each what-if."""
INDEX = "index.html"
PAGE = "comparison.html"
TEMPLATE = "what_ifs.html.j2"
STYLE = "comparison.css"


def write_answers(found: Answers, folder: Path, *, command: str, pages: bool = True) -> list[Path]:
    """Write the answers to a folder; returns the paths, the index first if there is one.

    ``what_ifs.csv``, ``what_ifs.json`` and ``what_ifs.txt`` are one table; ``what-ifs/PATCH/``
    holds what :meth:`travesia.ensembles.comparison.Comparison.write` writes of one what-if and its
    page; ``index.html`` leads to them. Without ``pages`` only tables are written. Each file is
    written whole or not at all. Raises :class:`OutputError`.
    """
    written = []
    comparison = found.comparison
    links = {}
    for effect in comparison.effects:
        patch = patch_of(effect)
        one, alone = folder / ONE / patch, comparison.only(effect)
        written += alone.write(one)
        if pages:
            path = comparison_page(alone, one / PAGE, overwrite=True)
            links[patch] = f"{ONE}/{patch}/{PAGE}"
            written.append(path)
    rows = found.to_rows()
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**r, "claims": ";".join(r["claims"])} for r in rows)
    files = {
        "what_ifs.csv": table.getvalue(),
        "what_ifs.json": json.dumps(found.to_dict(), ensure_ascii=False, indent=1),
        "what_ifs.txt": found.to_text(),
    }
    if pages:
        files = {INDEX: index(comparison, rows, links, command), **files}
    with for_people(folder):
        for name, text in files.items():
            write_whole(folder / name, text.encode())
    return [*(folder / name for name in files), *written]


def index(
    comparison: Comparison[Any],
    rows: Sequence[Mapping[str, Any]],
    pages: Mapping[str, str],
    command: str,
) -> str:
    """The page as HTML. ``rows`` are those of :func:`travesia.reporting.answers.answers`;
    ``pages`` maps patches to the addresses of their own pages, where they have one.
    """
    from jinja2 import Environment, StrictUndefined

    static = resources.files("travesia.reporting").joinpath("static")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    template = environment.from_string(static.joinpath(TEMPLATE).read_text("utf-8"))
    settings = comparison.settings
    told = {"members": settings.members, "sample": settings.sample}
    said = comparison.kind.sections(comparison)
    return template.render(
        title="What changes for people, if …",
        baseline=f"Compared with {comparison.baseline['title']}",
        style=static.joinpath(STYLE).read_text("utf-8").replace("</style", "<\\/style"),
        note=[*comparison.remarks, *how_sure(told, settings.note())],
        questions=[
            _question(list(of_one), pages)
            for _, of_one in groupby(rows, key=lambda r: r["question"])
        ],
        about=[
            *([said["purpose"]] if said.get("purpose") else []),
            *said.get("limits", LIMITS),
            *said.get("misuse", MISUSE),
        ],
        command=command,
    )


def _question(rows: Sequence[Mapping[str, Any]], pages: Mapping[str, str]) -> dict[str, Any]:
    first = rows[0]
    return {
        "id": first["question"],
        "asked": first["asked"],
        "expectation": first["expectation"],
        "claims": first["claims"],
        "missing": first["missing"],
        "patches": [
            {
                "id": patch,
                "title": (found := list(of_one))[0]["title"],
                "page": pages.get(patch, ""),
                "rows": [_row(r) for r in found],
            }
            for patch, of_one in groupby(rows, key=lambda r: r["patch"])
        ],
    }


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    share = row["per_cent"]
    return {
        "what": row["what"],
        "verdict": row["verdict"],
        "says": says(row),
        "base": count(row["base"]),
        "difference": signed(row["difference"]),
        "per_cent": "–" if share is None else signed_per_cent(share),
        "span": f"{signed(row['low'])} to {signed(row['high'])}",
        "error": count(row["error"]),
    }
