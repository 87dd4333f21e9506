from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Visit = Callable[..., Any]
"""Opens a page that lists its complaints and the addresses it asks for."""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


def chromium() -> str | None:
    """The browser to test with: TRAVESIA_CHROMIUM, or the one that is installed."""
    named = os.environ.get("TRAVESIA_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium; skips where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install one or set TRAVESIA_CHROMIUM to its path")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a made-up run."""
    from tests.report.synthetic import full_payload, synthetic_result
    from travesia.reporting.render import render

    return render(full_payload(synthetic_result()), tmp_path_factory.mktemp("report") / "r.html")


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    """Open a page and watch it: gives the page, and lists of complaints and of requests."""
    contexts = []

    def opened(file: Path, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.complaints, page.requests = [], []
        page.on("console", lambda m: page.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        page.on("dialog", lambda d: (page.complaints.append("dialog"), d.dismiss()))
        page.on("request", lambda r: page.requests.append(r.url))
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready=yes]", timeout=20_000)
        return page

    yield opened
    for context in contexts:
        context.close()
