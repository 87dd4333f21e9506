"""Running a measurement in a process of its own, so that memory and caches start from nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

_CALL = """
import json, resource, sys
from bench import {module}
answer = {module}.{name}(**json.loads(sys.argv[1]))
answer["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
sys.stdout.write("\\n" + json.dumps(answer))
"""


def apart(
    name: str, module: str = "measure", *, root: Path = ROOT, **arguments: Any
) -> dict[str, Any]:
    """Call a function of a module of ``bench`` in a fresh process; adds ``peak_bytes``.

    ``root`` is the checkout that it is taken from.
    """
    path = os.pathsep.join([str(root), str(root / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", _CALL.format(name=name, module=module), json.dumps(arguments)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.rsplit("\n", 1)[1])
    return answer
