"""Writes the page: one file with its data, script and style, which asks nothing of any host."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from importlib import resources
from pathlib import Path

from travesia.durable import clear_dead, is_free_or_file, write_whole
from travesia.errors import OutputError
from travesia.reporting.payload import Page
from travesia.results.sealed import TOP, is_run

GENERATOR = '<meta name="generator" content="Travesía">'
"""By this line in its head a page is known as ours; only such a page may be overwritten."""

HEAD_BYTES = 4096
"""Bytes of a file in which that line is looked for."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
{generator}
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="app"><main class="page"><h1>{title}</h1>{story}<noscript><p>The maps and charts of this
report need JavaScript. Nothing is loaded from the internet.</p></noscript></main></div>
<script type="application/json" id="travesia-data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def _static(name: str) -> str:
    folder = resources.files("travesia.reporting").joinpath("static")
    return folder.joinpath(name).read_text(encoding="utf-8")


def safe_json(payload: object) -> str:
    """JSON that cannot leave the script element it stands in, whatever its texts hold.

    Raises :class:`ValueError` for numbers that JSON does not know (NaN, infinity).
    """
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def page(payload: Page, bundle: str = "report") -> str:
    """The whole page as text; ``bundle`` names the built script and style that draw it."""
    script = _static(f"{bundle}.js").replace("</script", "<\\/script").replace("<!--", "<\\!--")
    style = _static(f"{bundle}.css").replace("</style", "<\\/style")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    story = "".join(f"<p>{html.escape(p)}</p>" for p in payload["story"])
    return _PAGE.format(
        policy=policy,
        generator=GENERATOR,
        title=html.escape(payload["title"]),
        style=style,
        story=story,
        data=safe_json(payload),
        script=script,
    )


def render(
    payload: Page, path: str | os.PathLike[str], *, overwrite: bool = False, bundle: str = "report"
) -> Path:
    """Write the page whole or not at all; give the path.

    Raises :class:`OutputError` if the path exists (and ``overwrite`` is not asked for), or if
    it cannot be written; an earlier file is then untouched.
    """
    target = Path(path)
    check_page(target, overwrite=overwrite)
    text = page(payload, bundle)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        clear_dead(target.parent)
        write_whole(target, text.encode("utf-8"))
    except OSError as fault:
        raise OutputError(
            f"the report could not be written to {target}: {fault.strerror}"
        ) from None
    return target


def check_page(target: Path, *, overwrite: bool) -> None:
    """Say whether a page may be written: only a page of ours is ever replaced.

    Raises :class:`OutputError` if the name is taken by anything else, or lies among the tables of
    a run.
    """
    try:
        if target.is_dir():
            raise OutputError(
                f"{target} is a folder: name a file, such as {target / 'report.html'}"
            )
        free = not (target.exists() or target.is_symlink())
        for folder in target.absolute().parents:
            if folder.name in TOP and is_run(folder.parent):
                raise OutputError(f"{folder} holds the tables of a run: choose another folder")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or fault
        raise OutputError(f"the report could not be written to {target}: {reason}") from None
    if not free and not (overwrite and is_page(target)):
        cure = "choose another name"
        if not is_page(target):
            raise OutputError(f"{target} exists and is not a page of Travesía: {cure}")
        raise OutputError(f"{target} exists: {cure}, or ask for it to be replaced")


def is_page(path: Path) -> bool:
    """Whether a path is a page that Travesía wrote: a regular file whose head says so."""
    try:
        if not is_free_or_file(path):
            return False
        with path.open("rb") as file:
            return GENERATOR.encode() in file.read(HEAD_BYTES)
    except OSError:
        return False
