"""What a kind of run says of itself: the one seam between the verbs and what is simulated.

A kind owns scenario folders, loads and checks them, simulates them into the labelled tables that
every run has (:mod:`travesia.results.contract`), and tells what of a run is scored, compared and
shown. Verbs, options, stores, ensembles and pages know nothing else of it. A new kind is a
subclass of :class:`Kind`: the abstract methods must be said, the others have an answer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from travesia.errors import InputError, Problem, ProblemList

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from travesia.ensembles.comparison import Comparison
    from travesia.ensembles.summary import Layout
    from travesia.reporting.payload import ComparisonParts, Page
    from travesia.results.result import Result

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, steps done, steps in all)."""


class Case(Protocol):
    """What is run: something loaded that has a name, knows what was applied to it, and a hash."""

    @property
    def name(self) -> str:
        """What its folder or file calls it."""
        ...

    @property
    def applied(self) -> tuple[str, ...]:
        """Versions (what-ifs) that were applied to it, in their order."""
        ...

    def sha256(self) -> str:
        """Hash of everything in it that can change a result."""
        ...


C = TypeVar("C", bound=Case)


class Output(Protocol):
    """A named output of a member, as :class:`travesia.quantities.quantity.Quantity` is one."""

    @property
    def id(self) -> str:
        """Name in tables and options."""
        ...

    @property
    def titled(self) -> str:
        """What is counted, in words."""
        ...

    @property
    def unit(self) -> str:
        """What the numbers count."""
        ...

    @property
    def measure(self) -> str:
        """How it is added up: ``count``, ``stock``, ``money`` or ``ratio``."""
        ...

    @property
    def over(self) -> str:
        """How months become a period: ``sum``, ``mean`` (of all days) or ``max``."""
        ...


class Scores(Protocol):
    """What holding a run against observations gives."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        ...

    def to_rows(self) -> list[dict[str, Any]]:
        """Rows of a table."""
        ...

    def to_text(self) -> str:
        """For a terminal."""
        ...

    def to_pandas(self) -> pd.DataFrame:
        """As a frame."""
        ...

    @property
    def published(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """What was observed: numbers by quantity of the run, publisher and month."""
        ...


@dataclass(frozen=True, slots=True)
class Option:
    """An option of ``run`` that a kind takes beside those of every run.

    ``type`` is that of its value; of a flag ``off`` names the opposite (``--sane``). ``least`` is
    the smallest number that makes sense, ``choices`` are the words that do.
    """

    name: str
    help: str
    type: type = str
    off: str = ""
    least: int | None = None
    choices: tuple[str, ...] = ()

    def fault(self, value: Any) -> Problem | None:
        """What is wrong with a value, if anything."""
        right = isinstance(value, self.type) and (self.type is bool or not isinstance(value, bool))
        if not right:
            what = f"{self.name} is {value!r}, which is no {_WORDS.get(self.type, 'such value')}"
            return Problem(what, f"--{self.name}", self.help)
        if self.least is not None and value < self.least:
            what = f"{self.name} is {value}, below {self.least}"
            return Problem(what, f"--{self.name}", f"use at least {self.least}")
        if self.choices and value not in self.choices:
            what, cure = f"there is no {self.name} {value!r}", f"use {', '.join(self.choices)}"
            return Problem(what, f"--{self.name}", cure)
        return None


_WORDS = {int: "whole number", str: "text", bool: "yes or no", float: "number"}


@dataclass(frozen=True, slots=True)
class Asked:
    """How a case is to be run. ``options`` are the kind's own; ``draws`` how many versions of its
    uncertain numbers stand behind ranges. A ``coarse`` run is for first answers."""

    seed: int | None = None
    sample: float = 1.0
    draw: int | None = None
    draws: int = 0
    threads: int | None = None
    journeys: int = 0
    checkpoint: Path | None = None
    every: int = 0
    resume: bool = False
    coarse: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress = lambda *_: None


@dataclass(frozen=True, slots=True)
class Member:
    """One run of a plan.

    ``scenario`` is the SHA-256 of the case's contents; ``draw`` one plausible version of all
    numbers that carry a range (``None`` = as written); ``replicate`` the stream of chance.
    Members of different cases with equal draw, replicate and seed share all their luck. A
    ``coarse`` one is for first answers.
    """

    id: str
    scenario: str
    draw: int | None
    replicate: int
    seed: int
    sample: float
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody who holds a case ready is asked: some versions of it, and how to run them.

    ``quantities`` are counted by month; None asks for the whole run. ``options`` are the kind's
    own. Travels to another process as it is.
    """

    versions: tuple[str, ...] = ()
    set: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    sample: float = 1.0
    draw: int | None = None
    draws: int = 0
    journeys: int = 0
    coarse: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    quantities: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        """Name among the jobs of a worker, which has one at a time."""
        return "question"

    @property
    def asked(self) -> Asked:
        """How the case is to be run."""
        return Asked(
            seed=self.seed,
            sample=self.sample,
            draw=self.draw,
            draws=self.draws,
            threads=1,
            journeys=self.journeys,
            coarse=self.coarse,
            options=self.options,
        )


Answer = Callable[[Question], Any]
"""Answers questions about a case that it holds: a Result, or a table of quantities by month."""

Simulate = Callable[[Member], "npt.NDArray[np.float64]"]
"""Runs one member and gives the flat vector of its summary, in people."""


def label(case: Case) -> str:
    """How a case is called in tables: its name and what was applied to it."""
    return "+".join([case.name, *case.applied])


class Importer(Protocol):
    """Turns the case of another simulator into a scenario folder: ``travesia import ID DIR``."""

    @property
    def id(self) -> str:
        """The word that names it."""
        ...

    @property
    def help(self) -> str:
        """What it reads, in words."""
        ...

    def read(self, folder: Path, settings: Path | None) -> Any:
        """Read a case; ``settings`` is a file beside it. Raises :class:`InputError`."""
        ...

    def write(
        self, case: Any, target: Path, *, overwrite: bool = False, claimed: bool = False
    ) -> Path:
        """Write it as a scenario folder, whole or not at all. Raises :class:`OutputError`."""
        ...

    def facts(self, case: Any) -> dict[str, Any]:
        """What was read and what left out, as plain values."""
        ...

    def told(self, case: Any, target: Path) -> list[str]:
        """The same in lines."""
        ...


class Kind(ABC, Generic[C]):
    """One kind of run. Instances hold no state: they travel to workers as they are."""

    id: ClassVar[str]
    """Name in manifests and messages."""
    title: ClassVar[str]
    """What a case of it is, in words: ``a scenario of the corridor``."""
    options: ClassVar[tuple[Option, ...]] = ()
    """Options of ``run`` that it takes beside those of every run."""
    keys: ClassVar[tuple[str, ...]] = ()
    """What the manifest of its runs must say."""
    claims: ClassVar[bool] = False
    """Whether the figures of articles can be held against its runs (``score --claims``)."""
    drawn: ClassVar[bool] = False
    """Whether members of an ensemble draw numbers; else they differ by chance alone."""
    draws: ClassVar[int] = 0
    """Draws behind the ranges of a run, unless others are asked for."""
    sample: ClassVar[float] = 0.1
    """Share of the people that a member of an ensemble simulates."""
    coarse: ClassVar[float] = 0.0
    """Share of the people that a coarse run simulates; 0 where there are none."""

    # -- reading -------------------------------------------------------------------------------

    @abstractmethod
    def owns(self, path: str) -> bool:
        """Whether a name or path is a case of this kind. Reads no more than it must."""

    @abstractmethod
    def holds(self, case: object) -> bool:
        """Whether something loaded is a case of this kind."""

    @abstractmethod
    def load(
        self, path: str, versions: Sequence[str] = (), set: Mapping[str, Any] | None = None
    ) -> C:
        """Read a case. Raises :class:`InputError` with every fault of its files."""

    def check(
        self, given: str | C, versions: Sequence[str] = (), set: Mapping[str, Any] | None = None
    ) -> ProblemList:
        """Every fault and remark about a case, by its path or loaded."""
        problems = ProblemList()
        try:
            if isinstance(given, str):
                self.load(given, versions, set)
        except InputError as error:
            problems.extend(error.problems)
        return problems

    def cases(self, given: Sequence[str | C]) -> list[C]:
        """Cases by name, as on the command line, or loaded: sound ones, or every fault.

        The first is a path; further ones are paths or versions of the first; ``+`` adds versions.
        """
        faults: list[Problem] = []
        found: list[C] = []
        first = given[0] if given and isinstance(given[0], str) else ""
        for name in given:
            try:
                found.append(name if not isinstance(name, str) else self._named(name, first))
            except InputError as error:
                faults += [Problem(f"{name}: {p.what}", p.where, p.cure) for p in error.problems]
        if faults:
            raise InputError("Some cases cannot be run", dict.fromkeys(faults))
        return found

    def _named(self, name: str, first: str) -> C:
        path, *versions = name.split("+")
        if not self.owns(path) and name != first:
            base, *before = first.split("+")
            return self.load(base, (*before, path, *versions))
        return self.load(path, versions)

    def versions(self, case: C) -> Mapping[str, str]:  # noqa: ARG002
        """Versions that can be applied to a case, each with what it means (``--what-ifs all``)."""
        return {}

    def seed(self, case: C) -> int:  # noqa: ARG002
        """The seed of a case that is run without one."""
        return 1

    def facts(self, case: C) -> dict[str, Any]:  # noqa: ARG002
        """What ``check`` tells of a sound case, as plain values."""
        return {}

    def day(self) -> tuple[tuple[str, str], ...]:
        """The order of a simulated day: name and text of each step."""
        return ()

    def listing(self, what: str, case: C) -> list[dict[str, Any]] | None:  # noqa: ARG002
        """Rows of ``list WHAT``; None where it has no such listing."""
        return None

    def faults(self, options: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with the options of ``run`` that are given beside those of every run."""
        known = {o.name: o for o in self.options}
        cure = f"of {self.title}: {', '.join(f'--{n}' for n in known) or 'none'}"
        out = []
        for name, value in options.items():
            option = known.get(name)
            if option is None:
                out.append(Problem(f"{self.title} has no option {name!r}", f"--{name}", cure))
            elif value is not None and (problem := option.fault(value)):
                out.append(problem)
        return out

    # -- coarse runs ---------------------------------------------------------------------------

    def coarsely(self, sample: float | None, faults: list[Problem]) -> float:
        """The sample of a coarse run; ``faults`` gains what speaks against one."""
        if not self.coarse:
            cure = "leave out --coarse"
            faults.append(Problem(f"there are no coarse runs of {self.title}", "--coarse", cure))
        elif sample not in (None, 1.0, self.coarse):
            what = f"a coarse run has a sample of its own, {self.coarse:g}: its error is known"
            faults.append(Problem(what, "--sample", "leave out --sample or --coarse"))
        return self.coarse or 1.0

    def coarseness(self, case: C) -> dict[str, Any]:  # noqa: ARG002
        """How far coarse runs of a case are off: plain values, and in words (``remark``)."""
        return {}

    # -- one run -------------------------------------------------------------------------------

    @abstractmethod
    def run(self, case: C, asked: Asked) -> Result:
        """Check, compile and simulate a case; returns labelled tables.

        The manifest names the kind (``kind``) and what makes the run again.
        """

    def bands(self, case: C, asked: Asked) -> dict[str, Any] | None:  # noqa: ARG002
        """Ranges of a run's numbers over draws; None where a kind has none."""
        return None

    @abstractmethod
    def score(self, result: Result, draws: Sequence[Result] | None = None) -> Scores:
        """Hold a run against what was observed. Raises :class:`InputError` without observations."""

    def scores(self, result: Result) -> Scores | None:
        """Scores of a run, or None where nothing was observed."""
        try:
            return self.score(result)
        except InputError:
            return None

    def summary(self, result: Result) -> dict[str, Any]:  # noqa: ARG002
        """What ``run --json`` tells beside what it tells of every run."""
        return {}

    def told(self, result: Result, bands: Mapping[str, Any] | None = None) -> list[str]:  # noqa: ARG002
        """Lines that ``run`` prints of a run."""
        return []

    def page(
        self,
        result: Result,  # noqa: ARG002
        bands: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> tuple[Page, str] | None:
        """What the page of a run shows, and the name of the bundle that draws it; None: the page
        of series and scores that every run can have."""
        return None

    # -- many runs -----------------------------------------------------------------------------

    @abstractmethod
    def outputs(self, case: C) -> Mapping[str, Output]:
        """The named outputs of a member, by their id."""

    def headlines(self, case: C) -> tuple[str, ...]:  # noqa: ARG002
        """Outputs at the top of a page and in the terminal; none named: all of them."""
        return ()

    def precise(self, case: C) -> tuple[str, ...]:  # noqa: ARG002
        """Outputs that a precision is asked of unless others are named."""
        return ()

    @abstractmethod
    def layout(self, case: C) -> Layout:
        """Names, axes and labels of the numbers of a member, known before anything runs."""

    @abstractmethod
    def opened(self, case: C) -> Simulate:
        """A function that runs members of a case. What a worker calls first."""

    def together(
        self,
        trunk: Simulate,  # noqa: ARG002
        cases: Sequence[Simulate],  # noqa: ARG002
        members: Sequence[Member],  # noqa: ARG002
    ) -> Iterator[npt.NDArray[np.float64]] | None:
        """Run members that share their luck, one of each case, for less than one by one.

        Cases are what :meth:`opened` gave of them. They may go on from what a run of ``trunk`` has
        in common with them; numbers are those that each gives alone. None where a kind knows no
        such way.
        """
        return None

    def ready(self, given: str | C) -> Answer | None:  # noqa: ARG002
        """Hold a case (or the path of one) ready for questions about versions of it.

        Answers are those of :meth:`load` and :meth:`run`, for less. None where a kind knows no
        such way. Raises :class:`InputError` with every fault of the case.
        """
        return None

    def packed(self, case: C) -> C:
        """What of a case travels to workers."""
        return case

    def light(self, case: C, members: int, sample: float) -> bool:  # noqa: ARG002
        """Whether so many members are done sooner here than worker processes are started."""
        return False

    def title_of(self, case: C) -> str:
        """A case in words, for a page."""
        return label(case)

    def describe(self, case: C) -> dict[str, Any]:
        """A case in a few plain values: ``label``, ``name``, ``title``, ``patches``, ``sha256``."""
        return {
            "label": label(case),
            "name": case.name,
            "title": self.title_of(case),
            "patches": list(case.applied),
            "sha256": case.sha256(),
        }

    def changes(self, base: C, other: C) -> dict[str, Any]:  # noqa: ARG002
        """What ``other`` does differently: ``questions``, ``policies``, ``parameters``, ``tables``
        and ``settings``, each a list of plain values."""
        return {"questions": [], "policies": [], "parameters": [], "tables": [], "settings": []}

    def in_force(self, changed: Mapping[str, Any], months: Sequence[str]) -> tuple[str, str] | None:  # noqa: ARG002
        """First and last of ``months`` in which a change acts; None: find out from the runs."""
        return None

    def remarks(self, cases: Iterable[C], sample: float) -> list[str]:  # noqa: ARG002
        """What must be said beside the numbers of some cases at a sample."""
        return []

    def geography(self, cases: Sequence[C]) -> dict[str, Any]:  # noqa: ARG002
        """``places``, ``legs`` and ``modes`` of some cases, for the map of differences."""
        return {"places": [], "legs": [], "modes": []}

    def told_of(self, comparison: Comparison[C], number: int) -> list[str]:  # noqa: ARG002
        """Lines that ``compare`` prints of one of the effects, below its table."""
        return []

    def answers(self, comparison: Comparison[C]) -> list[dict[str, Any]]:  # noqa: ARG002
        """Answers to questions that a comparison happens to answer, as rows."""
        return []

    def sections(self, comparison: Comparison[C]) -> ComparisonParts:  # noqa: ARG002
        """What it says of a comparison beside what every page says; replaces parts of that."""
        return {}
