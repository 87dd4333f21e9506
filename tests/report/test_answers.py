from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.ensemble.asking import compare
from travesia.ensembles.executors import Serial
from travesia.ensembles.reducer import layout_of
from travesia.errors import InputError
from travesia.kind import Member
from travesia.reporting.answers import Answers, own, plan_of, questions
from travesia.reporting.answers_page import write_answers
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario

TABLE = """id,patch,more,question,expectation,outputs,claims,missing
W1,no_raids,,What if <nobody> raids?,More people ride.,mode:bus;harm;transition:evaded,S0-p06-d,
W2,more_offices,no_raids,What of offices?,,state:stranded;flows;waiting_mexico,,The cost.
"""


@dataclass(frozen=True)
class Known:
    """Member n of the baseline is 10 everywhere; the others have 100 + n more."""

    size: int
    baseline: str

    def __call__(self, member: Member) -> np.ndarray:
        more = 0 if member.scenario == self.baseline else 100 + member.replicate
        return np.full(self.size, 10.0 + more)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The example with a table of questions."""
    folder = tmp_path_factory.mktemp("asked") / "example"
    shutil.copytree(load("example").folder, folder)
    (folder / "system").mkdir(exist_ok=True)
    (folder / "system" / "what_ifs.csv").write_text(TABLE)
    return load(folder)


@pytest.fixture(scope="module")
def found(asked: Scenario) -> Answers:
    put = questions(asked)
    run = Known(layout_of(asked).size, asked.sha256())
    others = [load(asked.folder, [p]) for p in plan_of(put)]
    return Answers(compare([asked, *others], 21, function=run, executor=Serial()), put)


def test_every_question_of_the_corridor_can_be_put() -> None:
    corridor = load("corridor")
    put = questions(corridor)
    assert [q.what_if.id for q in put] == [f"W{n}" for n in range(1, 28)]
    patches = plan_of(put)
    assert len(patches) == len(set(patches))
    assert set(patches) <= set(corridor.patches)
    (w9,) = questions(corridor, "W9")
    assert w9.patches == ("no_remain_in_mexico", "remain_in_mexico_continues")


def test_without_a_table_every_patch_is_a_question() -> None:
    example = load("example")
    put = questions(example)
    assert [q.what_if.id for q in put] == ["more_offices", "no_raids"]
    listed = example.quantities.listed("compare")
    assert put[0].what_if.outputs == tuple(q.id for q in listed)


def test_unknown_questions_are_refused_all_at_once(asked: Scenario) -> None:
    with pytest.raises(InputError, match=r"no what-if 'W7'") as caught:
        questions(asked, "W7,W1,no_raid")
    assert "no what-if 'no_raid'" in str(caught.value)
    with pytest.raises(InputError, match="no what-ifs to run"):
        questions(replace(load("example"), patches={}))


def test_faults_of_the_table_are_told_before_anything_runs(asked: Scenario) -> None:
    path = asked.folder / "system" / "what_ifs.csv"
    path.write_text(TABLE.replace("mode:bus", "mode:buss").replace("state:", "stage:"))
    try:
        with pytest.raises(InputError, match="mode:buss") as caught:
            questions(asked)
    finally:
        path.write_text(TABLE)
    assert "did you mean 'bus'?" in str(caught.value)
    assert "stage:stranded" in str(caught.value)
    without = replace(asked, patches={})
    with pytest.raises(InputError, match=r"(?s)W1: no patch 'no_raids'.*W2: no patch"):
        questions(without)


def test_each_question_is_answered_by_its_own_outputs(found: Answers) -> None:
    rows = {(r["question"], r["patch"], r["output"]): r for r in found.to_rows()}
    assert {k[:2] for k in rows} == {("W1", "no_raids"), ("W2", "more_offices"), ("W2", "no_raids")}
    bus = rows["W1", "no_raids", "mode:bus"]  # six months of which four count: 4 (100 + n)
    assert (bus["what"], bus["difference"], bus["verdict"]) == ("passages: bus", 440, "more")
    assert (bus["base"], bus["other"], bus["per_cent"]) == (40, 480, 1100)
    assert bus["expectation"] == "More people ride."
    assert bus["claims"] == ["S0-p06-d"]
    assert rows["W1", "no_raids", "transition:evaded"]["difference"] == 110
    assert rows["W1", "no_raids", "harm"]["difference"] == 440
    stranded = rows["W2", "more_offices", "state:stranded"]
    assert stranded["what"].startswith("stranded")
    assert stranded["what"].endswith(": people on an average day")
    assert stranded["difference"] == 110  # a mean of months
    legs = [r for (q, p, o), r in rows.items() if (q, p) == ("W2", "no_raids") and "flows:" in o]
    assert len(legs) == 4
    assert re.fullmatch(r"passages from .+ to .+, .+", legs[0]["what"])


def test_what_does_not_occur_is_no_change(asked: Scenario) -> None:
    run = Known(layout_of(asked).size, "")  # every scenario alike
    put = questions(asked, "W1")
    others = [load(asked.folder, [p]) for p in plan_of(put)]
    rows = Answers(compare([asked, *others], 3, function=run, executor=Serial()), put).to_rows()
    assert {r["verdict"] for r in rows} == {"same"}


def test_a_comparison_answers_the_questions_of_its_what_ifs(
    asked: Scenario, found: Answers
) -> None:
    rows = own(found.comparison)
    assert rows == found.to_rows()
    offices = next(e for e in found.comparison.effects if "offices" in e.scenario["label"])
    alone = own(found.comparison.only(offices))
    assert alone == [r for r in rows if r["patch"] == "more_offices"]
    run = Known(layout_of(asked).size, asked.sha256())
    joined = load(asked.folder, ["no_raids", "more_offices"])
    assert own(compare([asked, joined], 2, function=run, executor=Serial())) == []
    plain = load("example"), load("example", ["no_raids"])
    assert own(compare(plain, 2, function=run, executor=Serial())) == []


def test_one_table_as_text_csv_and_json_and_an_index(found: Answers, tmp_path: Path) -> None:
    files = write_answers(found, tmp_path, command="travesia compare x --what-ifs all")
    assert files[0] == tmp_path / "index.html"
    assert all(f.is_file() for f in files)
    rows = found.to_rows()
    told = json.loads((tmp_path / "what_ifs.json").read_text())
    assert told["answers"] == json.loads(json.dumps(rows))
    with (tmp_path / "what_ifs.csv").open(newline="") as stream:
        table = list(csv.DictReader(stream))
    assert [float(r["difference"]) for r in table] == [r["difference"] for r in rows]
    text = (tmp_path / "what_ifs.txt").read_text()
    assert text == found.to_text()
    assert "The articles expect: More people ride." in text
    assert "Not told: The cost." in text
    assert re.search(r"^    passages: bus +40 +\+440 \(\+1,100\s%\) ", text, flags=re.M)


def test_the_index_leads_to_a_page_of_each_what_if_and_runs_no_script(
    found: Answers, tmp_path: Path
) -> None:
    write_answers(found, tmp_path, command="travesia compare x")
    page = (tmp_path / "index.html").read_text()
    links = set(re.findall(r'href="(what-ifs/[^"]+)"', page))
    assert links == {f"what-ifs/{p}/comparison.html" for p in ("no_raids", "more_offices")}
    for link in links:
        assert (tmp_path / link).read_text().startswith("<!doctype html>")
        assert (tmp_path / link).with_name("outputs.csv").is_file()
    assert "What if &lt;nobody&gt; raids?" in page
    assert "<script" not in page
    assert "://" not in page
    anchors = re.findall(r'href="#([^"]+)"', page)
    assert anchors == ["W1", "W2"]
    assert all(f'<section id="{a}">' in page for a in anchors)


def test_tables_alone_if_no_pages_are_asked_for(found: Answers, tmp_path: Path) -> None:
    files = write_answers(found, tmp_path, command="", pages=False)
    assert not list(tmp_path.rglob("*.html"))
    assert files[0].name == "what_ifs.csv"
