"""Prove that the page scripts and styles in the package are built from the sources in web/.

Checks the types of the sources and rebuilds them in a temporary folder (`npm ci`, `npm run check`,
`npm run build`), and compares bytes; also looks for download addresses in package-lock.json. Exit
status 1 with the cure when something differs.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BUILT = ROOT / "src" / "travesia" / "reporting" / "static"
PAGES = ("report", "plain", "comparison", "camps")
FILES = tuple(f"{page}.{end}" for page in PAGES for end in ("js", "css"))
CURE = "cure: (cd web && npm ci && npm run build), then commit src/travesia/reporting/static"


def addresses(lock: Path) -> list[str]:
    """Packages for which the lock file records where they were downloaded from."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [name for name, entry in packages.items() if "resolved" in entry]


def rebuild(folder: Path) -> Path:
    """Check and build the sources afresh in a folder; give the folder of the built files."""
    web = folder / "web"
    shutil.copytree(WEB, web, ignore=shutil.ignore_patterns("node_modules"))
    out = folder / "out"
    environment = {**os.environ, "TRAVESIA_WEB_OUT": str(out)}
    install = ["npm", "ci", "--no-audit", "--no-fund"]
    for command in (install, ["npm", "run", "check"], ["npm", "run", "build"]):
        done = subprocess.run(command, cwd=web, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return out


def main() -> int:
    """Compare; print what differs."""
    recorded = addresses(WEB / "package-lock.json")
    if recorded:
        print(f"web/package-lock.json records download addresses, first of {recorded[0]!r}")
        print("cure: keep web/.npmrc and run npm install again without the lock file")
        return 1
    if shutil.which("npm") is None:
        print("npm is not installed: the built page cannot be compared with its sources")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        built = rebuild(Path(folder))
        _, differ, absent = filecmp.cmpfiles(BUILT, built, FILES, shallow=False)
    if differ or absent:
        print(f"not built from the sources in web/: {', '.join([*differ, *absent])}")
        print(CURE)
        return 1
    print("the built page is what its sources give")
    return 0


if __name__ == "__main__":
    sys.exit(main())
