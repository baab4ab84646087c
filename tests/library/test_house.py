"""The size budget and the public face, as tests: a house is kept by what it refuses to grow."""

import ast
import statistics
from pathlib import Path

import pytest

import chuanzhu

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("src", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_MEDIAN = 400, 40, 10


def functions(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            yield node.name, node.end_lineno - node.lineno + 1 - docstring.count("\n")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_is_over_its_budget(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    assert [(name, lines) for name, lines in functions(path) if lines > LONGEST_FUNCTION] == []


def test_the_median_function_fits_in_ten_lines():
    lengths = [lines for path in SOURCES if "src" in path.parts for _, lines in functions(path)]
    assert statistics.median(lengths) <= LONGEST_MEDIAN


def test_the_public_face_is_sorted_and_every_name_is_there():
    assert chuanzhu.__all__ == sorted(chuanzhu.__all__)
    assert all(hasattr(chuanzhu, name) for name in chuanzhu.__all__)


def test_no_file_of_the_tree_names_a_package_registry():
    hosts = ("pypi" + ".org", "python" + "hosted", "registry" + ".npmjs", "deb." + "debian")
    texts = [path for path in ROOT.rglob("*") if path.suffix in {".txt", ".toml", ".md", ".cfg"} and path.is_file()]
    tree = [path for path in texts if not {".venv", ".git"} & set(path.parts)]
    assert tree
    assert [str(path) for path in tree if any(host in path.read_text("utf-8", "replace") for host in hosts)] == []
