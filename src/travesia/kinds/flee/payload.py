"""What the page of a run of camps carries, beside what every page does."""

from __future__ import annotations

from typing import Literal, TypedDict

from travesia.reporting.payload import MonthMap, Page


class Days(TypedDict):
    """First and last day of a run."""

    start: str
    end: str
    days: int


class Fact(TypedDict):
    """A number at the top of the page, in words."""

    label: str
    value: str
    note: str


class Band(TypedDict):
    """A series by day with nine tenths of the runs, where there are several."""

    simulated: list[int]
    low: list[int] | None
    high: list[int] | None


class CampError(TypedDict):
    """Mean difference from the counts, and the mean count."""

    people: float
    counted: float


class Camp(TypedDict):
    """A camp by day; ``counted`` are [day, people], ``rescaled`` None where it is not scored."""

    id: str
    name: str
    capacity: int
    plain: Band
    rescaled: Band | None
    blind: list[int]
    blind_rescaled: list[int]
    counted: list[list[int]]
    error: CampError | None


class CampScore(TypedDict):
    """The error of the model, or of a naive guess."""

    name: str
    value: float
    kind: Literal["model", "naive"]


class ScaledError(TypedDict):
    """A mean absolute scaled error, by what it is scaled with."""

    name: str
    value: float | None


class CampScores(TypedDict):
    """The errors of a run beside those of naive guesses."""

    rows: list[CampScore]
    ard: float
    ard_blind: float
    mase: list[ScaledError]
    interval_score: float | None
    unscored: list[str]
    waiting: float
    verdict: str
    after_cut: list[str]


class Closure(TypedDict):
    """What was closed, and when."""

    what: str
    start: str
    end: str


class Imported(TypedDict):
    """What the import says of a case."""

    settings: str
    version: str
    left_out: list[str]
    remarks: list[str]
    closures: list[Closure]


class CampsPage(Page, MonthMap):
    """The report of a run of camps."""

    description: str
    period: Days
    headlines: list[Fact]
    seeds: int
    camps: list[Camp]
    days: list[str]
    scores: CampScores | None
    imported: Imported
    sources: list[str]
    unplaced: int
