"""How a run or a comparison is cited: the program, its version, and the hash of what it found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata

from travesia.display.html import card
from travesia.version import __version__

TITLE = "Travesía: journeys through a migration corridor, simulated person by person"
AUTHORS = "The Travesía developers"
METHOD = "docs/model.md"
"""The page that describes the method, in the source of the version."""


def address() -> str:
    """Where the program is published, if its package says so; else blank."""
    try:
        named = metadata("travesia").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    return next((str(line).partition(",")[2].strip() for line in named), "")


@dataclass(frozen=True)
class Citation:
    """A citation as text, BibTeX or plain values.

    Attributes:
        of: what is cited, in words.
        key: a short name for BibTeX.
        facts: what makes it again: seed, sample, hashes and so on.
        version: of the program that made it.
        year: when it was made, or blank.
    """

    of: str
    key: str
    facts: Mapping[str, str]
    version: str = __version__
    year: str = ""

    def to_text(self) -> str:
        """The citation in a sentence."""
        when = f" ({self.year})" if self.year else ""
        facts = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return (
            f"{AUTHORS}{when}: {TITLE}. Version {self.version}. {self.of}: {facts}. "
            f"Method: {_method()}."
        )

    def to_bibtex(self) -> str:
        """The citation as an entry ``@software``."""
        note = f"{self.of}: " + ", ".join(f"{name} {value}" for name, value in self.facts.items())
        fields = {
            "author": f"{{{AUTHORS}}}",
            "title": TITLE,
            "year": self.year,
            "version": self.version,
            "url": address(),
            "note": f"{note}. Method: {_method()}",
        }
        lines = [f"  {name} = {{{_tex(value)}}}," for name, value in fields.items() if value]
        return "\n".join([f"@software{{{self.key},", *lines, "}"])

    def to_dict(self) -> dict[str, str | dict[str, str]]:
        """Plain values, ready for JSON: the address is blank as long as there is none."""
        return {
            "title": TITLE,
            "authors": AUTHORS,
            "year": self.year,
            "version": self.version,
            "address": address(),
            "method": METHOD,
            "of": self.of,
            "facts": dict(self.facts),
        }

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Citation of {self.of}>"

    def _repr_html_(self) -> str:
        return card(self.to_text())


def key_of(*words: str) -> str:
    """A BibTeX key out of some words: letters, digits and hyphens."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", word).strip("-") for word in ("travesia", *words))


def _method() -> str:
    return f"{METHOD} of this version{f', {address()}' if address() else ''}"


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
