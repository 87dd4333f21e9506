"""Write the scores of a full run of the corridor into docs/scores.md.

travesia run corridor --draws 0 --out runs/corridor
python scripts/write_scores.py runs/corridor
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import travesia as tv
from travesia.observe.score import score
from travesia.observe.table import ScoreRow

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scores.md"
MARKS = ("<!-- scores of shares -->", "<!-- scores of totals -->")
SHARES = ("tv", "absolute_error")
GUESSES = ("last_three_months", "last_six_months", "inputs")


def figure(value: float | None) -> str:
    """A score with three digits, or a dash."""
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def last(row: ScoreRow) -> float | None:
    """The guess of the period before."""
    monthly = row.window[4:5] == "-" and len(row.window.split(" ")[0]) == 7
    return row.baselines.get("previous", None if monthly else row.baselines.get("last_year"))


def line(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def shares(rows: Iterable[ScoreRow]) -> list[str]:
    """The table of shares and ratios."""
    head = [
        "series",
        "window",
        "role",
        "run",
        "last month or year",
        "three months",
        "six months",
        "inputs only",
    ]
    out = [line(*head), line(*["---"] * len(head))]
    for row in rows:
        by = row.by.replace(";", " and ").replace("_", " ")
        name = f"`{row.target}` by {by}" if by else f"`{row.target}`"
        guesses = (figure(row.baselines.get(g)) for g in GUESSES)
        out.append(
            line(name, row.window, row.role, figure(row.simulated), figure(last(row)), *guesses)
        )
    return out


def totals(rows: Iterable[ScoreRow]) -> list[str]:
    """The table of totals and stocks."""
    head = ["series", "window", "role", "run", "last number"]
    out = [line(*head), line(*["---"] * len(head))]
    for row in rows:
        out.append(
            line(f"`{row.target}`", row.window, row.role, figure(row.simulated), figure(last(row)))
        )
    return out


def main() -> None:
    """Replace both tables of the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path, help="folder of a full run of the corridor")
    rows = [r for r in score(tv.read(parser.parse_args().run)).rows if not r.expected]
    tables = {
        MARKS[0]: shares(r for r in rows if r.metric in SHARES),
        MARKS[1]: totals(r for r in rows if r.metric == "log_error"),
    }
    page = PAGE.read_text("utf-8")
    for mark, table in tables.items():
        head, _, rest = page.partition(mark)
        old, after = rest.strip().split("\n\n", 1)
        assert old.startswith("|"), f"no table follows {mark}"
        page = f"{head}{mark}\n\n" + "\n".join(table) + f"\n\n{after}"
    PAGE.write_text(page.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
