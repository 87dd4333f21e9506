"""What the pages carry: plain values, ready for JSON, in one schema for Python and the browser.

Every page is one of the mappings :class:`Report`, :class:`PlainPage` and :class:`ComparisonPage`,
or one that a kind of run builds on :class:`Page`; what a kind or a plug-in adds to any of them is a
:class:`Section`. The types of the front end (``web/src/payload.d.ts``) are written from these
by ``scripts/payload_types.py``, so a misspelt key is an error on both sides. Dates are ISO texts
and months read ``2019-06``.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Verdict = Literal["more", "fewer", "same", "unclear", "single"]
"""What pairs of runs say of a difference."""

Drawn = tuple[int, float, float, float, float, Verdict]
"""A difference on the map: leg or place, without the change, difference, low, high, verdict."""

Cell = float | str | None


class Named(TypedDict):
    """An id and its word."""

    id: str
    name: str


class Titled(TypedDict):
    """An id and its title."""

    id: str
    title: str


# -- every page --------------------------------------------------------------------------------


class Column(TypedDict):
    """A column of a table; numbers stand to the right."""

    name: str
    number: bool


class Table(TypedDict):
    """A table of a section; ``rows`` hold one cell for each column."""

    title: str
    columns: list[Column]
    rows: list[list[Cell]]
    note: str


class Section(TypedDict):
    """A section that a kind of run or a plug-in adds: paragraphs, then tables."""

    id: str
    name: str
    kicker: str
    title: str
    paragraphs: list[str]
    tables: list[Table]


class Page(TypedDict):
    """What every page has."""

    format: str
    title: str
    story: list[str]
    sections: list[Section]
    purpose: str
    limits: list[str]
    misuse: list[str]
    command: str
    manifest: list[list[str]]
    credit: str


class Source(TypedDict):
    """A published source; ``url`` is blank or http(s)."""

    id: str
    title: str
    publisher: str
    date: str
    url: str
    licence: str


# -- the map -----------------------------------------------------------------------------------


class Place(TypedDict):
    """A place on the map; a mark makes its spot larger."""

    id: str
    name: str
    kind: str
    kind_name: str
    country: str
    mark: Literal["", "end", "conflict"]
    lat: float
    lon: float


Leg = TypedDict("Leg", {"id": str, "from": int, "to": int, "mode": int})
"""A stretch of the way, by positions in the lists of places and modes."""


class Travel(Leg):
    """A stretch with its length and the days that it takes."""

    km: float
    days: float | None


class Shape(TypedDict):
    """Rings of an outline, each ``x0, y0, dx1, dy1, …`` in units of one ``scale``-th degree."""

    level: Literal["country", "state"]
    rings: list[list[int]]


Label = tuple[str, float, float, float | None]
"""A name on the map: longitude, latitude, and degrees of longitude that there are for it."""


class Basemap(TypedDict):
    """Outlines of countries and states."""

    scale: int
    shapes: list[Shape]
    names: list[Label]


class View(TypedDict):
    """A part of the map: west, south, east, north; None for all of it."""

    id: str
    name: str
    box: tuple[float, float, float, float] | None


class Geography(TypedDict):
    """What every map is drawn on."""

    places: list[Place]
    basemap: Basemap
    views: list[View]


class Block(TypedDict):
    """Packed counts with their shape (see :mod:`travesia.reporting.packing`)."""

    shape: list[int]
    data: str


class Flows(Block):
    """People who entered a stretch [class, leg, month]; a class is a group and a family type."""

    classes: list[list[int]]


class Stocks(Block):
    """People on an average day [state, place, month]."""

    states: list[Named]


class Axes(TypedDict):
    """What flows can be chosen by."""

    groups: list[Named]
    families: list[Named]
    modes: list[Named]


class PolicyOff(TypedDict):
    """A policy that is switched off in a run."""

    id: str
    name: str
    start: str
    end: str | None
    note: str


class Policy(PolicyOff):
    """A policy in force at some time; ``key`` ones are marked on the charts."""

    source: list[str]
    key: bool


class MapWords(TypedDict):
    """Words around the map of months; ``net`` takes the way back off the busiest stretches."""

    kicker: str
    title: str
    text: str
    map: str
    stock: str
    stocks: str
    nobody: str
    force: str
    none: str
    net: bool


class MonthMap(Geography):
    """A map of people by month."""

    months: list[str]
    opening_month: str
    axes: Axes
    legs: list[Travel]
    flows: Flows
    stocks: Stocks
    policies: list[Policy]
    policies_off: list[PolicyOff]
    map: MapWords


# -- the report of a run -----------------------------------------------------------------------


class Period(TypedDict):
    """First and last month, and the date from which departures are extrapolated."""

    start: str
    end: str
    extrapolated_from: str | None


class Headline(TypedDict):
    """A number at the top of the report."""

    id: str
    label: str
    value: float
    low: float | None
    median: float | None
    high: float | None
    chance: float | None
    observed: float | None
    note: str
    kind: Literal["input", "result"]
    href: str


class Observed(TypedDict):
    """A published series on the months of the page."""

    name: str
    role: str
    source: list[str]
    values: list[float | None]


class Line(TypedDict):
    """A quantity by month."""

    id: str
    title: str
    simulated: list[float]


class Timeline(Line):
    """A quantity by month with its range and what was published."""

    text: str
    role: str
    low: list[float | None] | None
    high: list[float | None] | None
    observed: list[Observed]
    verdict: str
    unpublished: str


class Window(TypedDict):
    """Years that the charts can be cut to: first and last month."""

    name: str
    first: str
    last: str


class Waiting(TypedDict):
    """People who wait, by region and month."""

    title: str
    items: list[Line]


class Stacked(TypedDict):
    """A row of shares of a whole."""

    name: str
    values: list[float]
    total: float


class Outcomes(TypedDict):
    """How journeys ended; ``parts`` name the values of the rows."""

    parts: list[Named]
    by_year: list[Stacked]
    by_departure: list[Stacked]
    by_group: list[Stacked]
    by_family: list[Stacked]
    text: str
    note: str


class Piece(TypedDict):
    """A stretch of a journey; without a mode it is spent waiting or held."""

    mode: str | None
    days: int


class Step(TypedDict):
    """What happened on a day of a journey."""

    date: str
    text: str


class Journey(TypedDict):
    """A stored journey; ``cut`` counts the steps left out."""

    id: str
    who: str
    start: str
    days: int
    end_id: str
    outcome: str
    pieces: list[Piece]
    steps: list[Step]
    cut: int


class HarmKind(TypedDict):
    """How often one kind of harm was done."""

    id: str
    name: str
    value: float
    low: float | None
    median: float | None
    high: float | None
    per_1000: float | None


class Figures(TypedDict):
    """A named row of numbers."""

    name: str
    values: list[float | None]


class Grid(TypedDict):
    """Numbers by row and column; ``rate`` says that they are shares of something."""

    columns: list[str]
    rows: list[Figures]
    rate: bool
    note: str


class Harm(TypedDict):
    """What the journey did to people."""

    text: str
    kinds: list[HarmKind]
    deaths: list[HarmKind]
    by_region: Grid
    by_year: Grid
    by_mode: Grid


class Amounts(TypedDict):
    """US dollars with their range."""

    usd: float
    low: float
    high: float


class Payer(Amounts):
    """What one payer pays; ``median`` over the draws, where there are any."""

    id: str
    name: str
    median: float | None


class Item(Amounts):
    """A line of the bill with its typical amount per unit."""

    id: str
    name: str
    payer: str
    units: float | None
    typical: float | None
    p90: float | None
    source: list[str]
    judged: bool


class LedgerSum(TypedDict):
    """A sum that was paid or pledged."""

    id: str
    name: str
    payer: str
    usd: float
    spent: float
    start: str
    end: str
    buys: str
    part_of: str
    planned: bool
    counted: bool
    source: list[str]
    judged: bool


class ByPayer(TypedDict):
    """US dollars by year and payer."""

    columns: list[str]
    rows: list[Figures]


class Money(TypedDict):
    """What the journey costs and who pays; all empty where no account is kept."""

    text: str
    payers: list[Payer]
    items: list[Item]
    by_year: ByPayer | None
    ledger: list[LedgerSum]
    total: str


class ModeShare(TypedDict):
    """Distance by a means of travel: by month, and its share of each year."""

    id: str
    name: str
    short: str
    values: list[float]
    by_year: list[float]


class Panel(TypedDict):
    """Means of travel in one part of the way."""

    id: str
    name: str
    series: list[ModeShare]


class Route(TypedDict):
    """People a month on a stretch, by period."""

    name: str
    mode: str
    values: list[float]


class Displacement(TypedDict):
    """How people travelled, and which stretches changed most."""

    text: str
    years: list[str]
    panels: list[Panel]
    routes: list[Route]
    route_periods: list[str]
    routes_text: str


class Guess(TypedDict):
    """The error of a guess that needs no model."""

    name: str
    value: float


class ScoreLine(TypedDict):
    """A published figure, held against the run and simple guesses."""

    name: str
    measure: str
    by: str
    role: str
    window: str
    error: float | None
    best: float | None
    best_name: str
    baselines: list[Guess]
    verdict: str
    verdict_name: str
    primary: bool
    expected: str
    note: str


class Failure(TypedDict):
    """A failure announced beforehand, with what the run shows of it."""

    title: str
    why: str
    shown: list[str]


class StockLine(TypedDict):
    """A published number of people on a day, beside the run."""

    date: str
    what: str
    published: str
    people: float
    inside: bool
    why: str
    source: list[str]


class Scores(TypedDict):
    """Where a run is right and where it is wrong."""

    rows: list[ScoreLine]
    text: str
    legend: str
    failures: list[Failure]
    stocks: list[StockLine]
    stocks_text: str


class Assumption(TypedDict):
    """A number with a range or a reason."""

    id: str
    name: str
    where: str
    value: Cell
    low: Cell
    high: Cell
    unit: str
    why: str
    source: list[str]
    judgement: bool


class Conflict(TypedDict):
    """Sources that contradict each other, and which of them the scenario follows."""

    topic: str
    text: str
    resolution: str
    source: list[str]


class Report(Page, MonthMap):
    """The report of a run in a corridor."""

    description: str
    period: Period
    headlines: list[Headline]
    bands_note: str
    timelines: list[Timeline]
    windows: list[Window]
    waiting: Waiting
    outcomes: Outcomes
    journeys: list[Journey]
    harm: Harm
    money: Money
    displacement: Displacement
    scores: Scores
    assumptions: list[Assumption]
    conflicts: list[Conflict]
    sources: list[Source]


class PlainPage(Page):
    """The report of a run of a kind that has no page of its own."""

    months: list[str]
    lines: list[Line]


# -- comparisons -------------------------------------------------------------------------------


class Numbers(TypedDict):
    """A difference over the pairs: medians, 50 % and 90 % intervals, standard error."""

    base: float
    other: float
    difference: float
    low50: float
    high50: float
    low: float
    high: float
    error: float | None


class Judged(Numbers):
    """A difference with what the pairs say of it."""

    verdict: Verdict


class Change(Judged):
    """A headline difference, with its words."""

    id: str
    label: str
    big: str
    span: str
    peak: str
    per_cent: float | None
    narrower: float | None


class Output(Judged):
    """An output of the comparison; ``kind`` says how its period is summed up."""

    id: str
    title: str
    kind: str
    per_cent: float | None
    unpaired_low: float | None
    unpaired_high: float | None
    narrower: float | None


class EffectLine(TypedDict):
    """An output by month: both sides, and the bands of the difference."""

    id: str
    title: str
    kind: str
    base: list[float]
    other: list[float]
    low: list[float]
    low50: list[float]
    difference: list[float]
    high50: list[float]
    high: list[float]


class Told(TypedDict):
    """What begins or ends on a date."""

    date: str
    text: str


class Mark(TypedDict):
    """Dates that are marked together on the charts."""

    date: str
    what: list[Told]


class ForestRow(Judged):
    """A row of a forest."""

    name: str
    note: str


class Forest(TypedDict):
    """Intervals side by side; ``left_out`` counts the smaller ones that are not shown."""

    title: str
    rows: list[ForestRow]
    left_out: int


class Group(TypedDict):
    """A measure with its forests."""

    id: str
    title: str
    panels: list[Forest]


class Expectation(TypedDict):
    """What was expected of a what-if before the model was run, and the claims that say so."""

    expectation: str
    claims: list[str]


class QuestionAsked(Expectation):
    """The question of a what-if."""

    id: str
    title: str
    question: str


class PolicyNumber(TypedDict):
    """A parameter of a policy."""

    name: str
    value: Cell
    low: Cell
    high: Cell
    unit: str
    why: str
    source: list[str]


class PolicyChange(TypedDict):
    """A policy that differs between the two sides, what it does, where and to whom."""

    id: str
    name: str
    instrument: str
    start: str
    end: str | None
    what: list[str]
    source: list[str]
    claims: list[str]
    note: str
    does: str
    where: list[str]
    whom: list[str]
    reason: str
    parameters: list[PolicyNumber]


ParameterChange = TypedDict(
    "ParameterChange",
    {
        "what": str,
        "description": str,
        "unit": str,
        "from": object,
        "to": object,
        "source": list[str],
    },
)
"""A number of behaviour that differs."""


class TableChange(TypedDict):
    """Rows of a table that differ: how many, and the first of them in words."""

    table: str
    rows: int
    what: list[str]


SettingChange = TypedDict("SettingChange", {"what": str, "from": object, "to": object})
"""A setting that differs."""


class Changes(TypedDict):
    """All that differs between the two sides of a comparison."""

    questions: list[QuestionAsked]
    policies: list[PolicyChange]
    parameters: list[ParameterChange]
    tables: list[TableChange]
    settings: list[SettingChange]


class Effect(TypedDict):
    """One scenario against the baseline."""

    label: str
    title: str
    months: list[str]
    remarks: list[str]
    changes: Changes
    story: list[str]
    headlines: list[Change]
    outputs: list[Output]
    timelines: list[EffectLine]
    marks: list[Mark]
    flows: list[Drawn]
    at_places: dict[str, list[Drawn]]
    whom: list[Group]
    where: list[Group]
    money: list[Group]
    waiting: list[Group]


class Asked(TypedDict):
    """Whether an output is known as well as was asked for."""

    scenario: str
    output: str
    known: bool


class Settings(TypedDict):
    """How a comparison was made."""

    members: int
    precision: float | None
    verdicts: list[Asked]


class Baseline(TypedDict):
    """What the scenarios are compared with."""

    label: str
    title: str


class Cited(TypedDict):
    """A reference that leads to a source, and what it says there."""

    id: str
    says: str


class CitedSource(Source):
    """A source with the references that lead to it."""

    cited: list[Cited]


class CompareWords(TypedDict):
    """Words of a comparison's sections; those in ``without`` are left out."""

    without: list[str]
    where: str
    finest: str
    totals: str
    changed: str
    waiting: str


class Roads(TypedDict):
    """Places, stretches of the way and modes of a comparison."""

    places: list[Place]
    legs: list[Leg]
    modes: list[Named]


class ComparisonPage(Page, Geography, Roads):
    """What a change does to people."""

    baseline: Baseline
    settings: Settings
    sure: list[str]
    remarks: list[str]
    scenarios: list[Effect]
    measures: list[Titled]
    sources: list[CitedSource]
    extrapolated_from: str | None
    words: CompareWords


class EffectParts(TypedDict, total=False):
    """What a kind of run says of one scenario in its own way."""

    changes: Changes
    story: list[str]
    headlines: list[Change]
    marks: list[Mark]
    at_places: dict[str, list[Drawn]]
    whom: list[Group]
    where: list[Group]
    money: list[Group]
    waiting: list[Group]


class ComparisonParts(TypedDict, total=False):
    """What a kind of run says of a comparison in its own way; ``scenarios`` in their order and
    ``manifest`` are added to what is said of every kind."""

    title: str
    story: list[str]
    scenarios: list[EffectParts]
    places: list[Place]
    views: list[View]
    measures: list[Titled]
    basemap: Basemap
    sections: list[Section]
    sources: list[CitedSource]
    extrapolated_from: str | None
    purpose: str
    limits: list[str]
    misuse: list[str]
    credit: str
    words: CompareWords
    manifest: list[list[str]]
