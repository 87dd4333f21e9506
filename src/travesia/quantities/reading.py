"""Reads declarations of quantities: plain data of ``quantities.yaml``, every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any

from travesia.errors import ProblemList
from travesia.likeness import did_you_mean
from travesia.quantities.quantity import (
    AXES,
    CHILDREN,
    COLUMNS,
    KINDS,
    OVERS,
    Axis,
    Condition,
    Quantity,
    Term,
)
from travesia.quantities.register import LISTS, Declaration, Path, Register, terms_of

WORDS = ("base", "drop", "axes", "lists", "quantities")
_TEXTS = ("title", "title_es", "text", "text_es", "label", "label_es", "note", "note_es")
_NAMES = ("aliases", "part", "whole", "circular_by", "never")
_FLAGS = ("given", "circular")
KEYS = tuple(f.name for f in fields(Quantity) if f.name != "id")


def read_register(declarations: Sequence[Declaration], problems: ProblemList) -> Register:
    """The register of some files, the base first: a scenario may declare anew what its base does.

    Quantities with faults are left out, and every fault is reported with file and line.
    """
    reader = Reader(problems)
    for declaration in declarations:
        reader.read(declaration)
    return replace(reader.register(), declarations=tuple(declarations))


@dataclass
class Reader:
    """Reads cells of declarations, collecting faults."""

    problems: ProblemList
    axes: dict[str, Axis] = field(default_factory=lambda: dict(AXES))
    quantities: dict[str, Quantity] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    """Where each list is written."""
    taken: dict[str, str] = field(default_factory=dict)
    """Ids that nobody may declare again, and where they stand."""
    faulty: set[str] = field(default_factory=set)
    """Quantities with faults, which are not missed by those that name them."""

    def read(self, declaration: Declaration) -> None:
        """Read one file on top of those before."""
        data = self.mapping(declaration.data, declaration, ())
        for name in data:
            if name not in WORDS:
                self.unknown("key", name, WORDS, declaration.where((name,)))
        for name in self.names(data.get("drop") or [], "drop", declaration.where(("drop",))):
            self.drop(name, declaration.where(("drop",)))
        for name, given in self.mapping(data.get("axes"), declaration, ("axes",)).items():
            self.axis(name, given, declaration)
        given = self.mapping(data.get("quantities"), declaration, ("quantities",))
        read = {n: self.quantity(n, v, declaration) for n, v in given.items()}
        self.quantities.update((name, q) for name, q in read.items() if q is not None)
        self.faulty |= {name for name, q in read.items() if q is None}
        if declaration.shared:
            self.taken |= {name: self.origins[name] for name in given}
        for name, given in self.mapping(data.get("lists"), declaration, ("lists",)).items():
            where = declaration.where(("lists", name))
            if name not in LISTS:
                self.unknown("list", name, LISTS, where)
            self.lists[name] = self.names(given, "lists", where)
            self.lines[name] = where

    def register(self) -> Register:
        """What was read, with all names looked up."""
        register = Register(self.quantities, self.axes, self.lists, self.origins)
        self._doubled(register)
        known = {*register.names, *self.faulty}
        for name, ids in self.lists.items():
            for one in ids:
                if one not in known:
                    self.unknown("quantity", one, register.names, self.lines[name])
        for q in list(self.quantities.values()):
            where, before = self.origins[q.id], len(self.problems)
            for one in (*q.part, *q.whole, *filter(None, (q.decided_by, q.beside))):
                if one not in known:
                    self.unknown("quantity", one, register.names, where)
            self._axes(register, q, where)
            if len(self.problems) > before:
                del self.quantities[q.id]
        self.lists = {n: tuple(q for q in ids if q in register) for n, ids in self.lists.items()}
        return Register(self.quantities, self.axes, self.lists, self.origins)

    def _doubled(self, register: Register) -> None:
        """A name that two quantities understand."""
        seen: dict[str, str] = {name: name for name in register}
        for q in register.values():
            for alias in q.aliases:
                if alias in seen:
                    self.problems.error(
                        f"'{alias}' is a name of two quantities: {seen[alias]} and {q.id}",
                        self.origins[q.id],
                        "take it out of one of them",
                    )
                seen.setdefault(alias, q.id)

    def _axes(self, register: Register, q: Quantity, where: str) -> None:
        """Axes that do not exist, or that its table does not have."""
        if q.table not in COLUMNS:
            return
        own = [a for a in register.axes if register.base(q.table, a)]
        used = [(a, False) for axes in q.keep for a in axes]
        used += [(t.axis, True) for group in q.where for part in group for t in part]
        for axis, chosen in dict.fromkeys(used):
            if axis not in own:
                lacks = "" if axis not in register.axes else f": {q.table} has none"
                self.unknown("axis", axis, own, where, lacks)
            elif not chosen and register.axes[axis].many:
                self.problems.error(
                    f"{q.id} cannot be broken down by '{axis}', of which there may be several",
                    where,
                    "choose rows by it with `where`",
                )
        for group in q.where:
            bases = {register.base(q.table, t.axis) for part in group for t in part}
            if len(bases) > 1 and len(group) > 1:
                self.problems.error(
                    f"the alternatives of {q.id} are about {' and '.join(sorted(bases))}",
                    where,
                    "let all of `any` be about the same label",
                )

    def drop(self, name: str, where: str) -> None:
        """Leave out a quantity that every corridor has."""
        if name not in self.quantities:
            self.unknown("quantity", name, self.quantities, where)
        self.quantities.pop(name, None)
        self.taken.pop(name, None)
        self.lists = {k: tuple(q for q in v if q != name) for k, v in self.lists.items()}

    # -- parts ---------------------------------------------------------------------------------

    def axis(self, name: str, given: Any, declaration: Declaration) -> None:
        """An axis of the scenario's own: another with a name, a filter, or both."""
        path: Path = ("axes", name)
        where = declaration.where(path)
        cells = self.mapping(given, declaration, path)
        of = str(cells.get("of") or "")
        if of not in self.axes:
            self.unknown("axis", of, self.axes, where)
            return
        for key in cells:
            if key not in ("of", "where", "title"):
                self.unknown("key", str(key), ("of", "where", "title"), where)
        if name in AXES:
            self.problems.error(f"there is an axis '{name}' already", where, "choose another name")
            return
        condition = self.condition(cells.get("where"), declaration, (*path, "where"))
        self.axes[name] = Axis(name, (of,), where=condition, title=str(cells.get("title") or ""))
        register = Register({}, self.axes)
        bases = [{a: register.base(t, a) for a in self.axes} for t in COLUMNS]
        for axis, _ in terms_of(condition):
            if not any(base.get(axis) == base[of] != "" for base in bases):
                what = f"axis '{name}' of {of} cannot be narrowed by '{axis}'"
                known = [a for a in self.axes if any(b[a] == b[of] != "" for b in bases)]
                self.problems.error(what, where, did_you_mean(axis, known, 1))
                del self.axes[name]
                return

    def quantity(self, name: str, given: Any, declaration: Declaration) -> Quantity | None:
        """One quantity, or None with faults."""
        path: Path = ("quantities", name)
        where, before = declaration.where(path), len(self.problems)
        if name in self.taken:
            self.problems.error(
                f"there are two quantities '{name}': the other is in {self.taken[name]}",
                where,
                "choose another id",
            )
            return None
        self.origins[name] = where
        cells = self.mapping(given, declaration, path)
        for key in cells:
            if key not in KEYS:
                self.unknown("key", str(key), KEYS, declaration.where((*path, key)))
        out: dict[str, Any] = {"kind": self.choice(cells, "kind", KINDS, where)}
        out["over"] = self.choice({"over": "sum", **cells}, "over", OVERS, where)
        if not cells.get("title"):
            self.problems.error(f"{name} has no title", where, "give it one: what is counted")
        out |= {k: " ".join(str(cells[k]).split()) for k in _TEXTS if cells.get(k)}
        out |= {k: self.names(cells[k], k, where) for k in _NAMES if cells.get(k)}
        out |= {k: bool(cells[k]) for k in _FLAGS if k in cells}
        out |= {k: str(cells.get(k) or "") for k in ("decided_by", "beside")}
        out["keep"] = tuple(self.names(axes, "keep", where) for axes in cells.get("keep") or ())
        out["where"] = self.condition(cells.get("where"), declaration, (*path, "where"))
        if out["kind"] == "share":
            if not (out.get("part") and out.get("whole")):
                self.problems.error(f"{name} is a share", where, "give `part` and `whole`")
            if cells.get("per"):
                out["per"] = self.per(name, cells["per"], where)
        else:
            if cells.get("per"):
                self.problems.error(f"{name} is no share", where, "leave `per` out")
            out["table"] = self.choice(cells, "table", COLUMNS, where)
            out["value"] = str(cells.get("value") or "people").replace(" ", "")
            labels, known = COLUMNS.get(out["table"], ((), ()))
            if "cohort" in labels and "parties" in known:
                known = (*known, CHILDREN)
            for column in out["value"].replace("-", "+").split("+"):
                if known and column not in known:
                    self.unknown("column", column, known, where)
        return None if len(self.problems) > before else Quantity(id=name, **out)

    def per(self, name: str, given: Any, where: str) -> str:
        """What a rate is told for: a number above zero and what it counts."""
        words = " ".join(str(given).split())
        number, _, what = words.partition(" ")
        with suppress(ValueError):
            if 0.0 < float(number.replace(",", "")) < float("inf") and what:
                return words
        self.problems.error(
            f"per of {name} is {words!r}", where, "give a number and what it counts: `100 days`"
        )
        return ""

    def condition(self, given: Any, declaration: Declaration, path: Path) -> Condition:
        """``where``: axis to value or values, ``not`` of the same, ``any`` of a list of them."""
        groups = []
        for key, value in self.mapping(given, declaration, path).items():
            inner = (*path, key)
            if key == "any" and isinstance(value, list):
                parts = enumerate(value)
                groups.append(tuple(self.terms(v, declaration, (*inner, n)) for n, v in parts if v))
            elif key == "not":
                groups += [(t,) for t in self._negated(self.terms(value, declaration, inner))]
            else:
                groups.append((self.terms({key: value}, declaration, path),))
        return tuple(groups)

    def terms(self, given: Any, declaration: Declaration, path: Path) -> tuple[Term, ...]:
        """Axes and their values, all of which hold."""
        cells = self.mapping(given, declaration, path)
        where = declaration.where(path)
        return tuple(Term(str(axis), self.names(v, str(axis), where)) for axis, v in cells.items())

    @staticmethod
    def _negated(terms: tuple[Term, ...]) -> list[tuple[Term, ...]]:
        return [(Term(t.axis, t.values, negated=True),) for t in terms]

    # -- cells ---------------------------------------------------------------------------------

    def mapping(self, data: Any, declaration: Declaration, path: Path) -> Mapping[str, Any]:
        """Keys with values; nothing is an empty one."""
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            what = f"{path[-1] if path else 'the file'} holds no keys with values"
            self.problems.error(what, declaration.where(path), "write lines such as `key: value`")
            return {}
        return data

    def names(self, given: Any, key: str, where: str) -> tuple[str, ...]:
        """A name, or a list of them."""
        values = given if isinstance(given, list) else [given]
        if any(isinstance(v, Mapping | list) or v is None for v in values):
            self.problems.error(f"{key} is neither a name nor a list of names", where)
            return ()
        return tuple(str(v) for v in values)

    def choice(
        self, cells: Mapping[str, Any], key: str, known: Mapping[str, Any], where: str
    ) -> str:
        """One of some words."""
        word = str(cells.get(key) or "")
        if word not in known:
            self.unknown(key, word, known, where)
        return word

    def unknown(self, what: str, name: str, known: Any, where: str, more: str = "") -> None:
        """A name that nothing has."""
        self.problems.error(f"unknown {what} '{name}'{more}", where, did_you_mean(name, known, 1))
