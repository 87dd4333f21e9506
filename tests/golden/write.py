"""The summary of the example run that is stored, and a way to write it again."""

from __future__ import annotations

import json
from pathlib import Path

import travesia as tv
from travesia.observe.reading import check_exact
from travesia.results.result import Result

FILE = Path(__file__).with_name("example.json")


def summary(result: Result) -> dict[str, dict[str, int]]:
    """People by transition, by cohort setting out, by leg, and by state on the last day."""
    check_exact(result)
    stocks = result.stocks
    last = stocks[stocks["date"] == max(stocks["date"])]
    return {
        name: {
            str(key): int(people)
            for key, people in sorted(table.groupby(column, observed=True)["people"].sum().items())
        }
        for name, table, column in (
            ("events", result.events, "transition"),
            ("departures", result.departures, "cohort"),
            ("flows", result.flows, "leg"),
            ("ends", last, "state"),
        )
    }


if __name__ == "__main__":
    text = json.dumps(summary(tv.run("example")), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", "utf-8")
