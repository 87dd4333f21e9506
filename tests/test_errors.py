"""Problems as people read them."""

from __future__ import annotations

from travesia.errors import Problem


def test_a_problem_that_quotes_an_input_prints_no_control_characters() -> None:
    problem = Problem("name 'a\x1b[31mb\u202ec\x00'", "t.csv, line 1", "write\na\u00a0word")
    assert str(problem) == "t.csv, line 1: name 'a\\x1b[31mb\\u202ec\\x00' → write a word"
