"""The long suite is dealt out whole, in parts that fit, and says what it had no time for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.scripts import script

suite = script("long_suite")
JOBS = suite.jobs()


def test_every_long_test_is_in_one_part_and_each_part_fits() -> None:
    dealt = suite.parts(JOBS)
    names = [job.name for part in dealt for job in part]
    assert sorted(names) == sorted(job.name for job in JOBS)
    assert "tests/patterns/test_behaviours.py" in names
    assert "array bounds: tests/engine" in names
    for part in dealt:
        assert sum(job.seconds for job in part) <= suite.CORES * suite.LIMIT * suite.FILL
    assert int(suite.PART.read_text()) in range(1, len(dealt) + 1)


def test_parts_are_balanced_and_no_more_than_needed() -> None:
    dealt = suite.parts([suite.Job(str(s), s) for s in (900.0, 700.0, 600.0, 500.0, 100.0)])
    assert [[job.seconds for job in part] for part in dealt] == [[900], [700, 100], [600, 500]]
    with pytest.raises(ValueError, match="split it"):
        suite.parts([suite.Job("huge", 1e5)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files with tests: a quick one of which one test fails, and one that takes for ever."""
    tests = tmp_path / "tests"
    tests.mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = long\n")
    head = "import pytest, time\n@pytest.mark.long\n"
    quick = head + "@pytest.mark.parametrize('n', range(4))\ndef test(n): assert n < 3\n"
    (tests / "test_quick.py").write_text(quick)
    (tests / "test_slow.py").write_text(head + "def test(): time.sleep(1000)\n")
    (tests / "test_other.py").write_text("def test(): assert False\n")
    (tmp_path / "seconds.csv").write_text('job,seconds\n"tests/test_quick.py",1\n')
    return tmp_path


@pytest.mark.long
def test_what_has_no_time_is_left_and_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = suite.jobs(folder, folder / "seconds.csv")
    wanted = [job for job in found if not job.name.startswith(suite.BOUNDS)]
    assert [(job.name, job.seconds) for job in wanted] == [
        ("tests/test_slow.py", suite.UNKNOWN),
        ("tests/test_quick.py", 1.0),
    ]
    slow, quick = (
        suite.run_job(suite.Job(job.name, 1.0), time.monotonic() + seconds, folder, folder)
        for job, seconds in zip(wanted, (2.0, 300.0), strict=True)
    )
    assert (quick.passed, quick.failed, slow.passed, slow.failed) == (3, 1, None, 0)
    told = capsys.readouterr().out
    assert "tests/test_slow.py: no time left" in told
    assert "test_quick.py::test[3]" in told, "what failed is shown"
    assert suite.run_all(wanted[:1], 9.0, folder)[0].passed is None, "it is not even begun"
    suite.renew([slow, quick], folder / "new.csv")
    kept = suite.jobs(folder, folder / "new.csv")
    assert {job.name: job.seconds for job in kept}["tests/test_slow.py"] == 1.0


@pytest.mark.parametrize(("failed", "after"), [(0, "2"), (1, "1")])
def test_the_next_part_is_named_unless_a_test_failed(
    failed: int, after: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = [suite.Done(suite.Job("a"), 5, failed), suite.Done(suite.Job("b"))]
    monkeypatch.setattr(suite, "run_all", lambda *_: done)
    monkeypatch.setattr(suite, "parts", lambda _: [[suite.Job("a")], [suite.Job("b")]])
    monkeypatch.setattr(suite, "PART", tmp_path / "part")
    (tmp_path / "part").write_text("1\n")
    assert suite.main(["--named"]) == failed
    assert (tmp_path / "part").read_text() == "1\n"
    assert suite.main(["--next"]) == failed
    assert (tmp_path / "part").read_text() == f"{after}\n"


def test_a_run_that_ends_before_it_reports_has_failed(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (done,) = suite.run_all([suite.Job("tests", 1.0)], 60.0, tmp_path)
    assert (done.passed, done.failed) == (0, 1)
