"""Make the evidence ledger's tables from the raw folder of claims, figures and policy research.

Usage: ``python scripts/derive_evidence.py --raw FOLDER [--out FOLDER]`` where FOLDER holds
``evidence/claims.csv``, ``data/published_figures.csv``, ``research/policies/policies.csv``,
``research/policies/parameters.csv`` and ``research/network/SOURCES.md``. Data sets, literature,
figures on shelters and conflicts were described by hand in ``scripts/evidence_curated``. Writes
``sources.csv``, ``figures.csv``, ``claims.csv`` and ``conflicts.csv``; the same input gives the
same bytes. What each step does is told in ``docs/evidence.md``.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from evidence_curated.pages import (
    date_of,
    host_of,
    kind_of,
    licence_of,
    plain_url,
    publisher_of,
    title_of,
    url_key,
)
from evidence_curated.periods import is_place, period_bounds
from travesia.evidence.records import Claim, Conflict, Figure, Source

Row = dict[str, str]

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "src/travesia/evidence/data"
CURATED = ROOT / "scripts/evidence_curated"
ACCESSED = "2026-11"
"""Month in which the pages were read (stored public copies, not live)."""

SOURCE_COLUMNS = [field.name for field in fields(Source)]
FIGURE_COLUMNS = [field.name for field in fields(Figure)]
CLAIM_COLUMNS = [field.name for field in fields(Claim)]
CONFLICT_COLUMNS = [field.name for field in fields(Conflict)]


class SourceBook:
    """Sources by address: a page that several rows cite is one source with several names."""

    def __init__(self) -> None:
        """Start without sources."""
        self.rows: list[Row] = []
        self._by_url: dict[str, Row] = {}

    def put(self, row: Row) -> None:
        """Add a source, or only its names and facts where its page is already known.

        The pages of data sets are kept apart: one page may serve several data sets.
        """
        key = url_key(row["url"])
        known = self._by_url.get(key) if key and row["kind"] not in {"dataset", "own"} else None
        if known is None:
            row = {column: row.get(column, "") for column in SOURCE_COLUMNS}
            row["accessed"] = row["accessed"] or ACCESSED
            self.rows.append(row)
            if key:
                self._by_url.setdefault(key, row)
            return
        names = [n for n in (row["id"], *row.get("aliases", "").split(";")) if n]
        known["aliases"] = ";".join([*filter(None, known["aliases"].split(";")), *names])
        only_address = known["publisher"] == host_of(known["url"]) != row["publisher"]
        if only_address or (row["kind"] == "literature" and row["author"]):
            # The known title was read off the address, or the later row is a checked reference.
            known.update({column: row[column] for column in ("title", "publisher", "kind")})
        for column in ("author", "date"):
            known[column] = known[column] or row.get(column, "")
        if row.get("note") and row["note"] not in known["note"]:
            known["note"] = " | ".join(filter(None, (known["note"], row["note"])))

    def names(self) -> dict[str, str]:
        """Every id and alias, with the id of the source that it names."""
        found = {row["id"]: row["id"] for row in self.rows}
        for row in self.rows:
            found.update({alias: row["id"] for alias in row["aliases"].split(";") if alias})
        return found


def read(path: Path) -> list[Row]:
    """Rows of a CSV file as text; ``NA`` stays ``NA``."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]


def write(path: Path, columns: list[str], rows: Iterable[Row]) -> None:
    """Write rows with these columns, LF line ends, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def page_source(identifier: str, url: str, *, title: str, publisher: str, date: str = "") -> Row:
    """A source row for a web page cited by a table."""
    url = plain_url(url)
    kind = kind_of(url)
    return {
        "id": identifier,
        "title": re.sub(r"\s*\(project PF[^)]*\)", "", title) or title_of(url),
        "publisher": publisher_of(publisher, url),
        "date": date or date_of(url),
        "url": url,
        "licence": licence_of(url),
        "kind": kind,
        "note": "",
        "aliases": "",
    }


def table_sources(raw: Path) -> Iterable[Row]:
    """Sources of the policies, the published figures and the parameters, in this order."""
    for row in read(raw / "research/policies/policies.csv"):
        if row["url"]:
            yield page_source(
                f"SRC-{row['id']}",
                row["url"],
                title=row["source_title"],
                publisher=row["source_publisher"],
                date=row["source_date"],
            )
    for row in read(raw / "data/published_figures.csv"):
        yield page_source(
            f"SRC-{row['id']}", row["url"], title=row["title"], publisher=row["publisher"]
        )
    for row in read(raw / "research/policies/parameters.csv"):
        yield page_source(
            f"SRC-{row['id']}", row["url"], title=row["source_title"], publisher=row["publisher"]
        )


def network_sources(raw: Path) -> Iterable[Row]:
    """Sources of the draft network: ``S10`` of its list becomes ``NET-S10``."""
    text = (raw / "research/network/SOURCES.md").read_text(encoding="utf-8")
    for number, fact, url in re.findall(r"^- \*\*(S\d+)\*\* (.+?) (https?://\S+)$", text, re.M):
        row = page_source(f"NET-{number}", url, title="", publisher="")
        row["note"] = (
            re.sub(r"\(cited in [^)]*\)", "", fact).replace("published_figures ", "").strip()
        )
        row["note"] = row["note"].rstrip(".") + "."
        yield row
    distances = text.split("## Published road distances")[1]
    for key, url in re.findall(r"^- (\w+): (https?://\S+)$", distances, re.M):
        row = page_source(f"NET-D-{key.upper()}", url, title="", publisher="")
        row["note"] = "Read for a published road distance."
        yield row


def sources(raw: Path) -> SourceBook:
    """All sources: by hand first (articles, data), then the tables, the network, the literature."""
    book = SourceBook()
    curated = read(CURATED / "sources.csv")
    for row in curated:
        if not row["id"].startswith("LIT-"):
            book.put(row)
    for row in (*table_sources(raw), *network_sources(raw)):
        book.put(row)
    for row in curated:
        if row["id"].startswith("LIT-"):
            book.put(row)
    return book


def unit_and_remark(text: str) -> tuple[str, str]:
    """``persons (rounded)`` is the unit ``persons`` and the remark ``rounded``."""
    match = re.fullmatch(r"(.+?)(?: \((.+)\)| (as printed.+))?", text)
    return (match[1], match[2] or match[3] or "") if match else (text, "")


def published_figures(raw: Path, names: dict[str, str]) -> Iterable[Row]:
    """Single published figures; what stands after the unit in brackets becomes a note."""
    for row in read(raw / "data/published_figures.csv"):
        unit, remark = unit_and_remark(row["unit"])
        yield {
            **{k: row[k] for k in ("id", "series", "period_start", "period_end", "geography")},
            "population": row["population"],
            "value": row["value"],
            "unit": unit,
            "source": names[f"SRC-{row['id']}"],
            "certainty": "V",
            "note": remark,
        }


def parameter_figures(raw: Path, names: dict[str, str]) -> Iterable[Row]:
    """Parameters of the policy research, with their range and how sure each is."""
    for row in read(raw / "research/policies/parameters.csv"):
        start, end = period_bounds(row["period"])
        place = is_place(row["applies_to"])
        note = row["note"].replace("published_figures.csv", "another table of figures")
        yield {
            "id": row["id"],
            "series": row["parameter"],
            "period_start": start,
            "period_end": end,
            "period": row["period"],
            "geography": row["applies_to"] if place else "",
            "population": "" if place else row["applies_to"],
            **{k: row[k] for k in ("value", "low", "high", "unit")},
            "source": names[f"SRC-{row['id']}"],
            "certainty": row["how_sure"],
            "note": note.replace("per project notes", "in earlier notes").replace(
                "project note", "earlier note"
            ),
        }


def claims(raw: Path) -> Iterable[Row]:
    """Claims of the articles, with their standing: disputed, attributed or the author's alone."""
    for row in read(raw / "evidence/claims.csv"):
        disputed = row["disputed_by/contradiction"]
        standing = "author" if row["attributed_to"] == "author" else "attributed"
        yield {
            **{k: row[k] for k in ("id", "paragraph", "kind", "unit", "place", "country")},
            **{k: row[k] for k in ("admin1", "population", "actor", "attributed_to")},
            **{k: row[k] for k in ("value_low", "value", "value_high")},
            "source": f"ART-{row['id'].split('-')[0]}",
            "role": row["model_role"],
            "statement": row["statement"],
            "printed_as": row["figure_text"],
            "date_start": row["period_start"],
            "date_end": row["period_end"],
            "disputed_by": disputed,
            "status": "disputed" if disputed else standing,
        }


def derive(raw: Path, out: Path) -> None:
    """Write the four tables of the ledger into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    book = sources(raw)
    names = book.names()
    write(out / "sources.csv", SOURCE_COLUMNS, book.rows)
    figures = [*published_figures(raw, names), *parameter_figures(raw, names)]
    figures += read(CURATED / "figures.csv")
    write(out / "figures.csv", FIGURE_COLUMNS, figures)
    write(out / "claims.csv", CLAIM_COLUMNS, claims(raw))
    write(out / "conflicts.csv", CONFLICT_COLUMNS, read(CURATED / "conflicts.csv"))


def main() -> None:
    """Read the arguments and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--raw", type=Path, required=True, help="folder of raw public material")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write the tables into")
    arguments = parser.parse_args()
    derive(arguments.raw, arguments.out)


if __name__ == "__main__":
    main()
