"""No reference is counted inside a compiled loop: it once took a third of the kernel's time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from numba import config, njit

import travesia as tv
from travesia.engine import claims, crowd, kernel, places, record

COUNTING = re.compile(r"call void @NRT_(incref|decref)\(")


def blocks_of(function: str) -> dict[str, list[str]]:
    """Lines of each basic block of a function in LLVM's language; the first has no label."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in function.splitlines()[1:]:
        label = re.match(r'^("?[\w.$-]+"?):', line)
        if label:
            name = label[1].strip('"')
            found[name] = []
        found[name].append(line)
    return found


def loops_of(blocks: dict[str, list[str]]) -> set[str]:
    """Blocks from which one comes back to the same block."""
    after = {
        name: {t.strip('"') for line in lines for t in re.findall(r'label %("?[\w.$-]+"?)', line)}
        for name, lines in blocks.items()
    }
    inside = set()
    for start in blocks:
        seen: set[str] = set()
        ahead = list(after[start])
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += after.get(name, ())
        if start in seen:
            inside.add(start)
    return inside


def counted_in_loops(function: Any, signature: Any) -> list[str]:
    """Calls that count references inside the loops of a function, compiled afresh."""
    fresh = njit(nogil=True, error_model="numpy")(function)
    fresh.compile(signature)
    (code,) = fresh.inspect_llvm().values()
    functions = (f.splitlines() for f in code.split("\ndefine ")[1:])
    native = next("\n".join(f) for f in functions if "@_ZN" in f[0] and "cpython" not in f[0])
    return counts(native)


def counts(code: str) -> list[str]:
    """The lines of a function that count references in a loop."""
    blocks = blocks_of(code)
    loops = loops_of(blocks)
    assert loops
    return [line for name in loops for line in blocks[name] if COUNTING.search(line)]


@pytest.fixture(scope="module")
def compiled() -> None:
    tv.run("example", sample=0.02, journeys=5)


@pytest.mark.skipif(config.BOUNDSCHECK == 1, reason="checks of bounds count references")
@pytest.mark.parametrize(
    "loop",
    [
        kernel.process,
        kernel.take,
        kernel.due_count,
        places.next_in_turn,
        claims.count_asked,
        claims.give,
        record.keep_stocks,
        crowd.shares_of,
        crowd.luck_of,
    ],
)
def test_no_loop_of_a_day_counts_references_while_it_works(compiled: None, loop: Any) -> None:
    assert counted_in_loops(loop.py_func, loop.signatures[0]) == []


IR = """define i32 @_ZN4loop(ptr %a) {
entry:
  tail call void @NRT_incref(ptr %a)
  br label %B1
B1:
  {inside}
  br i1 %c, label %B1, label %B2
B2:
  tail call void @NRT_decref(ptr %a)
  ret i32 0
}"""


@pytest.mark.parametrize("inside", ["tail call void @NRT_incref(ptr %a)", "%x = add i32 1, 1"])
def test_only_counts_inside_a_loop_are_noticed(inside: str) -> None:
    found = counts(IR.replace("{inside}", inside))
    assert found == ([f"  {inside}"] if "NRT" in inside else [])
