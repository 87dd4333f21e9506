"""What a type checker refuses. Checked, never run: an error that is missing fails the check."""

from __future__ import annotations

import travesia as tv


def misspelt() -> None:
    tv.runs("example")  # type: ignore[attr-defined]
    tv.run("example", sampel=0.5)  # type: ignore[call-arg]
    tv.run("example").headlines()  # type: ignore[attr-defined]
    tv.load("example").policy_names  # type: ignore[attr-defined]  # noqa: B018


def of_the_wrong_type() -> None:
    tv.run("example", 1)  # type: ignore[call-arg]
    tv.run("example", seed="1")  # type: ignore[arg-type]
    tv.run("example", progress=lambda done: None)  # type: ignore[misc, arg-type]
    tv.load(7)  # type: ignore[arg-type]
    tv.compare()  # type: ignore[call-arg]
    tv.compare("example", members=0.5)  # type: ignore[arg-type]
    tv.report(tv.run("example"))  # type: ignore[call-arg]


def changed() -> None:
    tv.load("example").settings.seed = 1  # type: ignore[misc]
