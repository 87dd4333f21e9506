"""Explanations name the thing, its numbers, its sources and where it is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from travesia.errors import InputError, TravesiaError
from travesia.scenario.explain import explain
from travesia.scenario.finding import topics
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("example")


@dataclass
class Source:
    title: str


class Ledger:
    """Knows one source."""

    def resolve(self, ref: str) -> Source:
        if ref != "A1":
            raise TravesiaError(ref)
        return Source("A report")


def told(scenario: Scenario, topic: str) -> str:
    return "\n".join(explain(scenario, None, topic).lines)


def test_every_topic_can_be_explained(scenario: Scenario) -> None:
    for topic in topics(scenario):
        found = explain(scenario, None, topic.id).parts
        assert topic.kind in {e.kind for e in found}
        assert all(e.where.startswith("example/") and e.lines() for e in found)


@pytest.mark.parametrize(
    ("topic", "lines"),
    [
        ("villa_sur", ["Villa Sur (place villa_sur)", "facility: asilo_sur", "leg on: "]),
        (
            "villa_sur__patio__bus",
            [
                "Villa Sur to Patio by bus",
                "distance: 400 km",
                "hazard: stop_inm 0.18 per passage (0.072 to 0.45)",
            ],
        ),
        ("train_raids", ["Raids on the freight trains", "stop_factor 2.5 factor (1.5 to 4)"]),
        ("gamma_capture", ["value: 2.8 (2 to 10)", "why: Invented"]),
        (
            "mx_detention",
            [
                "median: 4 days (2 to 7)",
                "branch: to_mx_removal, chance rest",
                "entered by: detained, freed_by_officers",
            ],
        ),
        ("channelled_to_dif", ["chance: 0.8 for * child *"]),
        ("take_work", ["chance per arrival: 0.01 at villa_sur"]),
        ("hnd-adult", ["departures in all months: 6,650 people", "origin: aldea, share 1"]),
        ("asilo_sur", ["capacity: 4 (2 to 8)", "source: assumption, a judgement"]),
    ],
)
def test_explanations(scenario: Scenario, topic: str, lines: list[str]) -> None:
    text = told(scenario, topic)
    for line in lines:
        assert line in text


def test_one_name_of_two_things_explains_both(scenario: Scenario) -> None:
    kinds = [e.kind for e in explain(scenario, None, "remain_in_mexico").parts]
    assert kinds == ["stay", "transition", "policy"]


def test_the_order_of_the_day_is_given(scenario: Scenario) -> None:
    day = explain(scenario, None, "day", day_order=(("wake", "Up."), ("act", "Go.")))
    assert day.lines == ["The order of a simulated day", "  1. wake: Up.", "  2. act: Go."]


def test_explanations_are_plain_data_for_machines(scenario: Scenario) -> None:
    data = json.loads(json.dumps(explain(scenario, None, "mu_place").to_dict()))
    assert data["explanations"][0]["kind"] == "parameter"
    assert ["value", "1 utility (0.5 to 2)"] in data["explanations"][0]["facts"]


def test_unknown_topic_names_the_nearest(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="did you mean 'villa_sur'"):
        explain(scenario, None, "vila_sur")


def test_sources_are_looked_up(scenario: Scenario) -> None:
    place = scenario.places[0].update(source=("A1", "A2", "assumption"))
    changed = replace(scenario, places=(place,))
    (found,) = explain(changed, Ledger(), "aldea").parts
    assert [(r.id, r.text) for r in found.sources] == [
        ("A1", "A report"),
        ("A2", "not in the ledger"),
        ("assumption", "a judgement, not a published number"),
    ]
