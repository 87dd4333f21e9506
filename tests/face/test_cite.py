"""Citations: the same run gives the same, and nothing is said that the project does not have."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

import travesia as tv
from travesia.display.cite import AUTHORS, METHOD, TITLE, Citation, address, key_of
from travesia.ensembles.comparison import Comparison
from travesia.kind import Case
from travesia.results import store
from travesia.results.digest import result_sha256
from travesia.results.result import Result

ROOT = Path(__file__).parents[2]


def test_the_words_are_those_of_the_citation_file() -> None:
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert told["title"] == TITLE
    assert [a["name"] for a in told["authors"]] == [AUTHORS]
    assert str(told["version"]) == tv.__version__
    assert (told.get("url") or told.get("repository-code") or "") == address()
    assert (ROOT / METHOD).is_file()


def test_a_run_is_cited_by_what_makes_it_again(result: Result, tmp_path: Path) -> None:
    cited = result.cite()
    digest = result_sha256(result.tables)
    for text in (cited.to_text(), cited.to_bibtex().replace("\\_", "_")):
        for part in (digest, result.manifest["scenario_sha256"], "seed 7", tv.__version__, METHOD):
            assert part in text
    store.write(result, tmp_path / "run")
    assert tv.read(tmp_path / "run").cite() == cited
    other = tv.run("example", seed=8).cite()
    assert other.facts["result_sha256"] != digest
    assert other.facts["scenario_sha256"] == cited.facts["scenario_sha256"]


def test_bibtex_is_whole(result: Result) -> None:
    lines = result.cite().to_bibtex().splitlines()
    assert lines[0].startswith("@software{travesia-example-")
    assert lines[-1] == "}"
    assert all(line.count("{") == line.count("}") for line in lines[1:-1])
    assert all(line.endswith("},") for line in lines[1:-1])


def test_a_citation_is_plain_data(result: Result) -> None:
    told = result.cite().to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["address"] == address()


def test_what_tex_would_read_is_escaped() -> None:
    odd = Citation("Run of a_b & 5 % #1 $x", key_of("a b/c"), {"k": "v"})
    assert "Run of a\\_b \\& 5 \\% \\#1 \\$x" in odd.to_bibtex()
    assert odd.to_bibtex().startswith("@software{travesia-a-b-c,")


def test_a_comparison_is_cited_by_its_scenarios(comparison: Comparison[Case]) -> None:
    cited = comparison.cite()
    assert cited.to_text().count("sha256 of example") == 2
    assert comparison.baseline["sha256"] in cited.to_text()
    assert comparison.effects[0].scenario["sha256"] in cited.to_text()
    assert cited.facts["pairs"] == "4"
