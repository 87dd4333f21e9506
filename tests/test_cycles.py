"""No module needs itself, not even through imports inside functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "src"
Graph = dict[str, set[str]]


def imported(tree: ast.AST) -> Iterator[str]:
    """Names that a module imports anywhere, except for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node = ast.Module(node.orelse, [])
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


def graph_of(sources: Path) -> Graph:
    """Which module imports which; a name of a module stands for its module."""
    paths = {
        ".".join(path.relative_to(sources).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sources.rglob("*.py")
    }

    def home(name: str) -> str:
        return name if name in paths else name.rpartition(".")[0]

    graph: Graph = {}
    for module, path in paths.items():
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        graph[module] = {home(name) for name in names} & (paths.keys() - {module})
    return graph


def cycles(graph: Graph) -> list[list[str]]:
    """Groups of modules each of which leads to all others of its group."""

    def reached(module: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(graph[module])
        while ahead:
            if (one := ahead.pop()) not in seen:
                seen.add(one)
                ahead += graph[one]
        return seen

    reach = {module: reached(module) for module in graph}
    groups = {frozenset(b for b in reach[a] if a in reach[b]) for a in graph if a in reach[a]}
    return sorted(sorted(group) for group in groups)


def test_no_module_needs_itself() -> None:
    graph = graph_of(SOURCES)
    assert len(graph) > 200
    assert "travesia.api" in graph["travesia.cli.running"], "imports in functions count"
    assert cycles(graph) == []


def test_a_cycle_is_found(tmp_path: Path) -> None:
    package = tmp_path / "p"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("def f():\n    from p.b import g\n")
    (package / "b.py").write_text("import p.c\n")
    (package / "c.py").write_text("try:\n    from p import a\nfinally:\n    pass\n")
    (package / "d.py").write_text("from p import a\nif TYPE_CHECKING:\n    import p.d\n")
    assert cycles(graph_of(tmp_path)) == [["p.a", "p.b", "p.c"]]
