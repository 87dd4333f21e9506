"""The report of a run, in one call."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from travesia.reporting.data import build_payload
from travesia.reporting.render import check_page, render


def report(
    result: Any,
    scores: Iterable[Mapping[str, Any]] | None,
    bands: Mapping[str, Mapping[str, Any]] | None,
    evidence: Iterable[Mapping[str, Any]] | None,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    title: str | None = None,
    observed: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    contradictions: Iterable[Mapping[str, Any]] | None = None,
) -> Path:
    """Write the report of a run as one self-contained page; give its path.

    Args:
        result: a :class:`travesia.results.result.Result` with its scenario's tables.
        scores: rows of the score table (see :mod:`travesia.reporting.scoring`), or None.
        bands: ranges by metric (see :mod:`travesia.reporting.bands`), or None.
        evidence: sources with ``id``, ``title``, ``publisher``, ``date``, ``url``, ``licence``.
        path: file to write.
        overwrite: replace an earlier page of ours.
        title: title of the page.
        observed: published series by metric: ``name``, ``source``, ``role``, ``values``.
        contradictions: rows with ``topic``, ``text`` and ``source``.

    Raises:
        OutputError: the path exists or cannot be written; nothing is left half-written.
        InputError: the run lacks tables of its scenario.
    """
    check_page(Path(path), overwrite=overwrite)
    payload = build_payload(
        result,
        scores,
        bands,
        evidence,
        observed=observed,
        contradictions=contradictions,
        title=title,
    )
    return render(payload, path, overwrite=overwrite)
