"""A corridor of another continent, in words of its own, from its folder alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import travesia
from tests.cli.conftest import Command
from tests.scenario.conftest import check_folder
from travesia.cli import main
from travesia.reporting.facts import Facts
from travesia.reporting.outcomes import outcomes
from travesia.scenario.load import load

SAVANA = Path(__file__).parents[1] / "scenarios" / "savana"

WORDS = re.compile(
    r"mexic|méxic|united states|united_states|estados unidos|guatemal|hondur|tapachula"
    r"|border patrol|remain in|\bmpp_|\bmx_|\bus_[a-z]|\bmx-[a-z]|northern triangle|\bin_us\b"
    r"|settled_mx|americas",
    re.IGNORECASE,
)
CODES = re.compile(r"\bUSA?\b(?! dollars)|\b(?:MEX|HND|GTM|CBP|COMAR|INM|USBP|MPP)\b")
"""Words and codes of the shipped corridors; the script of a page may hold codes by chance."""

OF_THE_RUN = (
    "Moçambique", "Malaui", "Zâmbia e outros", "Vila Serena", "Faixa Leste", "faixa da Ronda",
    "encontros com a Ronda", "Ronda da ponte", "retidos pelo Serviço", "À espera na linha".lower(),
    "A viver no caminho", "De volta à aldeia", "Carrinha com guia", "Quem viaja", "A República",
    "província de Maputo", "stretch in Moçambique",
)  # fmt: skip
OF_THE_COMPARISON = (
    "Mais agentes na estrada", "Sem a ronda da ponte", "Faixa Leste", "By faixa", "Malaui",
    "Carrinha", "gente parada, retida ou à espera em Moçambique", "dólares pagos pela República",
)  # fmt: skip


def strangers(text: str, *patterns: re.Pattern[str]) -> list[str]:
    """Words of other corridors, with what stands around them."""
    found = (m for p in patterns for m in p.finditer(text))
    return [text[max(0, m.start() - 40) : m.end() + 40] for m in found]


def told(page: Path) -> str:
    """What a page carries beside its script: its text, and its data as text."""
    text = page.read_text(encoding="utf-8")
    assert strangers(text, WORDS) == []
    before, data = text.split('id="travesia-data">')
    return before + json.dumps(json.loads(data.split("</script>")[0]), ensure_ascii=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("savana") / "run"
    assert main(["run", str(SAVANA), "--draws", "2", "--quiet", "--out", str(folder)]) == 0
    return folder


def test_it_is_sound_and_leaves_nothing_to_remark() -> None:
    _, problems = check_folder(SAVANA)
    assert [str(p) for p in problems] == []


def test_its_report_is_in_its_own_words(ran: Path) -> None:
    text = told(ran / "report.html")
    assert strangers(text, WORDS, CODES) == []
    assert [word for word in OF_THE_RUN if word not in text] == []


def _basemap(page: Path) -> dict[str, Any]:
    text = page.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.split('id="travesia-data">')[1].split("</script>")[0])[
        "basemap"
    ]
    return found


OWN_BORDERS = ["Terra do Norte", "Terra do Meio", "Terra do Sul"]


def test_its_map_has_its_own_borders(ran: Path, tmp_path: Path) -> None:
    """Those of its folder, which travel with the run."""
    drawn = _basemap(ran / "report.html")
    assert [name for name, *_ in drawn["names"]] == OWN_BORDERS
    assert [s["level"] for s in drawn["shapes"]] == ["country"] * 3 + ["state"]
    travesia.report(travesia.read(ran), tmp_path / "again.html")
    assert _basemap(tmp_path / "again.html") == drawn


def test_without_borders_the_world_is_drawn_in_its_words(tmp_path: Path) -> None:
    folder = tmp_path / "savana"
    shutil.copytree(SAVANA, folder)
    text = (folder / "scenario.yaml").read_text("utf-8")
    (folder / "scenario.yaml").write_text(text.replace("  map: borders.geojson\n", ""), "utf-8")
    travesia.report(travesia.run(folder, sample=0.2), tmp_path / "page.html")
    names = {name for name, *_ in _basemap(tmp_path / "page.html")["names"]}
    assert {"Malaui", "Zâmbia", "Moçambique", "África do Sul"} <= names


BAD_BORDERS = {
    "no JSON": ("{", "it is no JSON"),
    "nothing": ('{"features": []}', "it holds no features"),
    "a point": (
        '{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        "feature 1: its geometry is 'Point'",
    ),
    "no degrees": (
        '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[310, 2]]]}}]}',
        "feature 1: [310, 2] is no point",
    ),
    "no number": (
        '{"features": [{"geometry": {"type": "MultiLineString", "coordinates": [["x"]]}}]}',
        "feature 1: x is no point",
    ),
    "a level": (
        '{"features": [{"geometry": {"type": "Polygon", "coordinates": []},'
        ' "properties": {"level": "town"}}]}',
        "feature 1: its level is none",
    ),
    "a label": (
        '{"features": [{"geometry": {"type": "Polygon", "coordinates": []},'
        ' "properties": {"name": "A", "lon": "x", "lat": 1}}]}',
        "feature 1: its label is incomplete",
    ),
}


@pytest.mark.parametrize("what", [*BAD_BORDERS, "missing", "elsewhere"])
def test_borders_that_cannot_be_drawn_are_told(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "savana"
    shutil.copytree(SAVANA, folder)
    text, says = BAD_BORDERS.get(what, ("", "there is no such file"))
    if text:
        (folder / "borders.geojson").write_text(text, "utf-8")
    elif what == "missing":
        (folder / "borders.geojson").unlink()
    else:
        settings, says = folder / "scenario.yaml", "it is not a file name"
        told = settings.read_text("utf-8").replace("map: borders", "map: ../borders")
        settings.write_text(told, "utf-8")
    (fault,) = travesia.check(folder).errors
    assert says in fault.what
    assert fault.where.startswith("savana/")
    assert fault.cure
    with pytest.raises(travesia.InputError, match="faults"):
        travesia.run(folder, sample=0.2)


def test_ends_of_journeys_need_no_quantity_of_their_own(tmp_path: Path) -> None:
    """Everybody who has ended a journey is in the bars, whatever a scenario declares."""
    folder = tmp_path / "savana"
    shutil.copytree(SAVANA, folder)
    told = (folder / "quantities.yaml").read_text("utf-8")
    bare = re.sub(r"\b(no_destino|voltou|ficou|morreu)(?=[:,\]])", r"\1_contado", told)
    assert bare != told
    runs = []
    for text in (told, bare):
        (folder / "quantities.yaml").write_text(text, "utf-8")
        runs.append(outcomes(Facts(travesia.run(folder, sample=0.3))))
    assert runs[0]["by_year"] == runs[1]["by_year"] != []
    assert runs[0]["by_group"] == runs[1]["by_group"]


def test_its_people_go_all_the_ways_that_there_are(ran: Path) -> None:
    result = travesia.read(ran)
    for quantity in ("encontros", "retencoes", "devolucoes", "passagens", "libertacoes", "ficou"):
        assert result.total(quantity) > 0, quantity


def test_its_comparison_is_in_its_own_words(cli: Command, tmp_path: Path) -> None:
    asked = ("--members", "2", "--sample", "0.3", "--workers", "1", "--out", "c")
    done = cli("compare", SAVANA, "sem_ronda", *asked)
    assert done.status == 0
    assert strangers(done.out + done.err, WORDS, CODES) == []
    text = told(tmp_path / "c" / "comparison.html")
    assert strangers(text, WORDS, CODES) == []
    assert [word for word in OF_THE_COMPARISON if word not in text] == []


LISTS = ("places", "legs", "transitions", "stays", "policies", "patches", "quantities", "modes")


@pytest.mark.parametrize(
    "words",
    [
        ("check", SAVANA),
        *(
            ("explain", what, "--scenario", SAVANA)
            for what in ("ronda_da_ponte", "serena", "retido", "ponte__serena__chapa", "encontrado")
        ),
        ("run", SAVANA, "--draws", "0", "--no-report", "--out", "r"),
        *(("list", kind, SAVANA) for kind in LISTS),
    ],
    ids=lambda words: "_".join(str(w) for w in words if w != SAVANA),
)
def test_the_terminal_speaks_of_it_alone(cli: Command, words: tuple[object, ...]) -> None:
    done = cli(*words)
    assert done.status == 0
    assert done.out.strip()
    assert strangers(done.out + done.err, WORDS, CODES) == []


def test_its_scores_are_of_its_own_counts(cli: Command, ran: Path) -> None:
    done = cli("score", ran)
    assert done.status == 0
    assert "encontros" in done.out
    assert strangers(done.out + done.err, WORDS, CODES) == []


def test_a_missing_word_reads_as_its_code_and_is_remarked(tmp_path: Path) -> None:
    folder = tmp_path / "savana"
    shutil.copytree(SAVANA, folder)
    table = folder / "words.csv"
    kept = [r for r in table.read_text("utf-8").splitlines() if not r.startswith("end,no_destino")]
    table.write_text("\n".join([*kept, "payer,republika,A República,,"]) + "\n", encoding="utf-8")
    text = table.read_text("utf-8").replace("payer,republica,", "payer,republca,")
    table.write_text(text, encoding="utf-8")
    _, problems = check_folder(folder)
    said = [str(p.what) for p in problems]
    assert any("no word of the end no_destino" in one for one in said)
    assert any("unknown payer 'republica'" in one for one in said)
    assert load(SAVANA).payers == ("viajantes", "republica")
