"""Numbers and words that mean the same are written and found the same."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.errors import InputError, UnknownNameError
from travesia.figures import cell, count, exact, signed, words
from travesia.likeness import check_known, did_you_mean, key, nearest, stem, stems


@pytest.mark.parametrize(
    ("value", "as_written", "in_a_table", "in_a_sentence"),
    [
        (1890, "1,890", "1,890", "1,890"),
        (56.0, "56", "56", "56"),
        (0.8, "0.8", "0.8", "0.8"),
        (0.1 + 0.2, "0.3", "0.3", "0.3"),
        (1234.5, "1,234.5", "1,234", "1,230"),
        (12.345, "12.345", "12.3", "12"),
        (0.00001, "0.00001", "0.00001", "0.00001"),
        (84_321, "84,321", "84,321", "84,300"),
        (65_512_000, "65,512,000", "65,512,000", "65.5 million"),
        (999_999, "999,999", "999,999", "1 million"),
        (3e9, "3,000,000,000", "3 billion", "3 billion"),
        (1_234_567_890, "1,234,567,890", "1.23 billion", "1.23 billion"),
        (-5, "-5", "-5", "-5"),
        (0, "0", "0", "0"),
        (math.nan, "–", "–", "–"),
    ],
)
def test_one_number_has_one_form_by_what_it_is(
    value: float, as_written: str, in_a_table: str, in_a_sentence: str
) -> None:
    assert (exact(value), count(value), words(value)) == (as_written, in_a_table, in_a_sentence)


@pytest.mark.parametrize(
    ("value", "text"), [(1890, "+1,890"), (-0.5, "−0.5"), (0, "0"), (None, "–")]
)
def test_signs_of_differences(value: float | None, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "–"),
        ((), "–"),
        (1890, "1,890"),
        (0.5, "0.5"),
        (["a", 2000], "a, 2,000"),
        ("2019-01", "2019-01"),
    ],
)
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_numbers_are_plain(value: float) -> None:
    """No powers of ten, no idle decimals, and near the number."""
    for text in (exact(value), count(value)):
        number, _, scale = text.partition(" ")
        assert "e" not in number
        if "." in number:
            assert not number.endswith(("0", "."))
        told = float(number.replace(",", "")) * {"": 1, "million": 1e6, "billion": 1e9}[scale]
        assert told == pytest.approx(value, rel=0.006, abs=1e-300)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deported", "Deportations"),
        ("weeks", "week"),
        ("policies", "policy"),
        ("three", "3"),
        ("11,800", "11800"),
        ("Darién", "DARIEN"),
        ("shelters", "shelter"),
        ("deport", "deported"),
        ("detenciones", "detencion"),
    ],
)
def test_stems(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_short_words_keep_their_letters() -> None:
    assert [stem(w) for w in ("bus", "road", "train", "mexico"[:3])] == [
        "bus",
        "road",
        "train",
        "mex",
    ]


def test_names_are_compared_without_case_accents_and_joints() -> None:
    assert key("Darién_Gap") == key("darien-gap") == "darien gap"
    assert nearest("Tapachla", ["tapachula", "tijuana"]) == ["tapachula"]


def test_the_nearest_names_are_the_cure() -> None:
    assert did_you_mean("ab", ["abc", "abd", "x"]) == "did you mean 'abd' or 'abc'?"
    assert did_you_mean("q", ["abc"]) == "use one of abc"
    assert did_you_mean("q", []) == "none is defined"
    with pytest.raises(UnknownNameError, match="no town 'b' → use one of aaaa") as caught:
        check_known(["aaaa", "b"], ["aaaa"], "town")
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, InputError)
