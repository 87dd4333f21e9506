"""The measurements as a page: what was measured, the goal, and the distance to it."""

from __future__ import annotations

import statistics
from typing import Any

from bench.goals import GOALS


def markdown(found: dict[str, Any]) -> str:
    """A page of tables."""
    m = found["machine"]
    lines = [
        "# Benchmarks",
        "",
        f"`python -m bench` ({found['mode']}) on {m['processor']}, {m['cores']} cores, "
        f"{m['system']}, Python {m['python']}, numpy {m['numpy']}, numba {m['numba']}. Times are "
        f"CPU seconds of one thread unless they are by the clock. {_load(found)}",
        "",
        *_goals(found),
        "",
        *_work(found),
        "",
        *_corridor(found),
        "",
        *_growth(found),
        "",
        *yardstick_lines(found["yardstick"]),
        "",
        *_rivals(found),
    ]
    return "\n".join(lines) + "\n"


def _load(found: dict[str, Any]) -> str:
    """How busy the machine was, in words."""
    after = found["load_after"].values()
    busy = max(*after, found["machine"]["load"][0])
    told = (
        f"Load of the last minute {found['machine']['load'][0]} before the first measurement, "
        f"{min(after)} to {max(after)} after each (these measurements alone make it 1, and 2 where "
        f"two threads or processes run). {sum(found['minutes'].values()):.0f} minutes in all."
    )
    if busy <= 2.2:
        return told
    return (
        f"{told} **The machine had other work**: seconds by the clock tell little, CPU seconds "
        "are too long by what the shared cache costs; compare ratios measured in turns."
    )


def _goals(found: dict[str, Any]) -> list[str]:
    return [
        "| measure | here | goal | load | |",
        "|---|---|---|---|---|",
        *(g.row(found) for g in GOALS),
    ]


def _work(found: dict[str, Any]) -> list[str]:
    """What the whole run does, in units that do not depend on how long people wait."""
    k, waiting, first = found["kernel"], found["waiting"], found["first_run"]
    lines = [
        "## The whole run",
        "",
        f"{k['people']:,} people over {k['days']:,} days, {k['person_days']:,} person-days on the "
        f"way, {k['transitions']:,} transitions and legs in {k['records']:,} records taken up. The "
        f"kernel takes {k['ns_per_record']:.0f} ns per record and "
        f"{k['microseconds_per_journey']:.2f} µs per person's journey: "
        f"{k['transitions_per_cpu_second'] / 1e6:.1f} million transitions and legs and "
        f"{k['person_days_per_cpu_second'] / 1e6:.1f} million person-days per CPU second. "
        "Person-days depend on how long people wait: the same kernel in a world of long stays "
        f"({waiting['transitions_per_person_day']:.3f} transitions a day; here "
        f"{k['transitions'] / k['person_days']:.2f}) does "
        f"{waiting['person_days_per_cpu_second'] / 1e6:,.0f} million.",
        "",
        f"By one thread {_seconds(found, 1)}, by two {_seconds(found, 2)} for "
        f"{found['threads']['days']:,} days, load {found['threads']['load']:.1f}.",
    ]
    if first:
        lines += [
            "",
            f"The README's first run took {first['wall_seconds']:.0f} s by the clock and "
            f"{first['cpu_seconds']:.0f} CPU s at a load of {first['load']:.1f}; compiling the "
            f"kernels, once after an installation, takes {first['compiling_cpu_seconds']:.0f} CPU "
            "s more.",
        ]
    return lines


def _seconds(found: dict[str, Any], threads: int) -> str:
    """Median seconds of a number of threads (keys of JSON are strings)."""
    runs = found["threads"]
    wall, cpu = (statistics.median(runs[k][str(threads)]) for k in ("wall_seconds", "cpu_seconds"))
    return f"{wall:.1f} s ({cpu:.1f} CPU s)"


def _corridor(found: dict[str, Any]) -> list[str]:
    lines = ["## The corridor, phase by phase", "", "| phase | every person | 1 % of the people |"]
    lines.append("|---|---|---|")
    whole, part = found["corridor"], found["corridor_1_percent"]
    whole = whole if whole["sample"] == 1.0 else None
    for group in ("phases", "parts"):
        for name, seconds in part[group].items():
            label = name if group == "phases" else f"… of which {name}"
            first = f"{whole[group][name]:.2f} s" if whole else "–"
            lines.append(f"| {label} | {first} | {seconds:.2f} s |")
    total = f"{whole['cpu_seconds']:.1f} s" if whole else "–"
    lines.append(f"| all | {total} | {part['cpu_seconds']:.1f} s |")
    if whole:
        lines += [
            "",
            f"Peak memory "
            f"{whole['peak_bytes'] / 1e6:,.0f} MB, {whole['bytes_per_person']:.0f} bytes per "
            "person above an idle process, tables included.",
        ]
    return lines


def _growth(found: dict[str, Any]) -> list[str]:
    lines = [
        "## Growth",
        "",
        "| people | places | legs | CPU s | µs per person | bytes per person |",
        "|---|---|---|---|---|---|",
    ]
    for row in (*found["crowds"], *found["networks"]):
        lines.append(
            f"| {row['people']:,} | {row['places']} | {row['legs']} | {row['cpu_seconds']:.2f} | "
            f"{row['microseconds_per_person']:.2f} | {row['bytes_per_person']:.0f} |"
        )
    one, ten = found["networks"]
    lines += [
        "",
        "Invented worlds of 200 days. The last two rows have ten times the places and legs: a "
        f"transition then costs {_per_move(ten) / _per_move(one):.1f} times as much (journeys are "
        "longer, so people make more of them).",
    ]
    return lines


PROGRAMS = {
    "kernel": "Travesía's kernel",
    "day loop": "Travesía, all of its day loop",
    "C loop": "a plain C loop",
    "numpy": "a daily sweep in numpy",
    "mesa": "Mesa",
    "starsim": "Starsim",
}


def yardstick_lines(yard: dict[str, Any]) -> list[str]:
    """The reduced corridor by every program."""
    lines = [
        "## The yardstick",
        "",
        "The corridor reduced to wait, outcome, leg choice and tallies, with its own places, legs, "
        f"cohorts and route choice, for {yard['days']} days. Every program fills the same tallies; "
        "a record is a party taken up to act.",
        "",
        "| program | people | CPU s | ns per record | million person-days per CPU s | tallies |",
        "|---|---|---|---|---|---|",
    ]
    for name, title in PROGRAMS.items():
        row = yard["rows"].get(name)
        if row is None:
            missing = "no C compiler" if name == "C loop" else "not installed"
            lines.append(f"| {title} | – | – | – | – | {missing} |")
            continue
        same = "same distribution" if "chance" in row else "same bits"
        rate = row["person_days_per_cpu_second"] / 1e6
        lines.append(
            f"| {title} | {row['people']:,} | {row['cpu_seconds']:.2f} | "
            f"{row['ns_per_record']:,.0f} | {rate:.1f} | {same} |"
        )
    lines += [
        "",
        "The C loop is `bench/c_loop.c`, compiled with `-O3 -march=native` and run in turns with "
        "the kernel; it and the sweep in numpy make the kernel's draws, so that every tally is the "
        "same to the bit. Mesa and Starsim make draws of their own (fed ours they agree to the "
        "bit, too, as the tests show); their tallies are held against ours with a false-alarm "
        f"rate of {yard['false_alarm']:g}.",
    ]
    if yard["c_loop_ratios"]:
        low, high = min(yard["c_loop_ratios"]), max(yard["c_loop_ratios"])
        lines[-1] += (
            f" Kernel over C loop, {yard['rounds']} pairs in turns: {low:.2f} to {high:.2f}, "
            f"the middle one {yard['c_loop_ratio']:.2f}."
        )
    return lines


def _per_move(row: dict[str, Any]) -> float:
    return float(row["cpu_seconds"] / row["transitions"])


def _flee(f: dict[str, Any]) -> list[str]:
    """FLEE beside Travesía: the first days, the whole case, a million people."""
    whole, crowd = f["whole"], f["crowd"]
    lines = [
        f"- FLEE 3.1 on `{f['case']}`, first {f['days']} days, in turns: "
        f"{f['flee_cpu_ratio']:,.0f} times our CPU seconds "
        f"({f['flee_cpu_ratio_per_person_day']:,.0f} per person-day, as its release simulates the "
        f"total series and we the sum over camps; {f['flee_cpu_ratio_compatible']:.0f} with all "
        "its quirks)."
    ]
    seconds, days = whole["cpu_seconds"], whole["person_days"]
    if "flee" in seconds:
        lines.append(
            f"- The whole case, {whole['days']} days at full resolution, in turns: FLEE "
            f"{seconds['flee']:,.1f} s for {days['flee'] / 1e6:.1f} M person-days, ours "
            f"{seconds['sane']:.2f} s for {days['sane'] / 1e6:.1f} M, `--compatible` "
            f"{seconds['compatible']:.2f} s for {days['compatible'] / 1e6:.1f} M: "
            f"{whole['flee_cpu_ratio']:,.0f}, {whole['flee_cpu_ratio_per_person_day']:,.0f} per "
            f"person-day, and {whole['flee_cpu_ratio_compatible']:.0f} times."
        )
    lines.append(
        f"- {crowd['people']:,} people on that graph for {whole['days']} days: "
        f"{crowd['cpu_seconds']:.1f} CPU s, {crowd['bytes'] / 1e6:.0f} MB above the compiled case "
        f"({crowd['bytes_per_person_in_arrays']:.0f} bytes per person in arrays)."
    )
    return lines


def _rivals(found: dict[str, Any]) -> list[str]:
    oracle = found["oracle"]
    pairs = ", ".join(f"`{k}` {v:g}" for k, v in found["pairing"]["variance_ratio"].items())
    lines = [
        "## Rivals",
        "",
        f"- Plain Python (the oracle, same bits): {oracle['ratio_small']:,.0f} times our CPU "
        f"seconds in a small world, {oracle['ratio_large']:,.0f} times per person in one 400 "
        "times as large.",
    ]
    if found["flee"]:
        lines += _flee(found["flee"])
    lines += [
        "",
        "## Common random numbers",
        "",
        f"Variance of a policy's effect with other luck over that with the same luck, example "
        f"scenario without raids, {found['pairing']['seeds']} seeds, learning and limited places "
        f"on: {pairs}.",
    ]
    return lines
