"""Published event timetables (Bofill et al., JAIR 74, 2022), checked from their files by code of its own."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from meetings_checker import dzn_faults

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "b2b"
QUICK = {
    "tic-12crafc.fixed020-Forb": "1",
    "tic-13.fixed020-Forb": "2",
    "tic-13.original": "0",
    "tic-13.forb0003": "infeasible",
}

pytest.importorskip("ortools", reason="OR-Tools is an optional part")
published = pytest.mark.skipif(not FOLDER.exists(), reason=f"the published instances are not in {FOLDER}")
TINY = """nBusiness = 3; nMeetings = 3; nTables = 1; nTotalSlots = 4; nMorningSlots = 2;
requested = [|1, 2, 3,
|1, 3, 2,
|2, 3, 1,
|];
forbidden = [{0}, {}, {0,1}];
fixed = [0,0,0];
precedences = [{}, {1}, {}];
"""


def run(folder, output, *more):
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "meetings_b2b.py"),
        str(folder),
        "--output",
        str(output),
        *more,
    ]
    subprocess.run(command, check=True, capture_output=True)
    with output.open(encoding="utf-8") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def slots_of(path):
    with path.open(encoding="utf-8") as file:
        return {int(row["meeting"]): int(row["slot"]) for row in csv.DictReader(file)}


@published
def test_quick_published_instances_come_out_as_published_and_pass_the_checker(tmp_path):
    folder = tmp_path / "instances"
    folder.mkdir()
    for name in QUICK:
        (folder / f"{name}.dzn").write_text((FOLDER / f"{name}.dzn").read_text("utf-8"), "utf-8")
    rows = run(folder, tmp_path / "out.csv", "--seconds", "60")
    for name, expected in QUICK.items():
        if expected == "infeasible":
            assert rows[name]["status"] == "infeasible"
            continue
        assert (rows[name]["status"], rows[name]["breaks"], rows[name]["bound"]) == ("optimal", expected, expected)
        found, breaks, spread = dzn_faults(
            (folder / f"{name}.dzn").read_text("utf-8"), slots_of(tmp_path / f"{name}.csv")
        )
        assert (found, breaks) == ([], int(expected))
        assert spread <= 2


def test_a_tiny_instance_worked_out_by_hand_comes_out_so(tmp_path):
    """The third meeting must be in slot 2, the second after noon, the first before it: somebody waits in between."""
    (tmp_path / "tiny.dzn").write_text(TINY, "utf-8")
    rows = run(tmp_path, tmp_path / "out.csv", "--seconds", "10")
    assert (rows["tiny"]["status"], rows["tiny"]["breaks"], rows["tiny"]["bound"]) == ("optimal", "1", "1")
    assert dzn_faults(TINY, slots_of(tmp_path / "tiny.csv")) == ([], 1, 1)


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({1: 1, 2: 3, 3: 3}, "slot 3 is too full"),
        ({1: 1, 2: 1, 3: 2}, "1 is twice in 1"),
        ({1: 3, 2: 4, 3: 1}, "3 is not there in 1"),
        ({1: 4, 2: 3, 3: 2}, "2 is not after 1"),
        ({1: 1, 2: 3, 3: 4}, "3 is in the wrong half"),
    ],
)
def test_the_checker_sees_each_kind_of_fault(slots, words):
    assert words in dzn_faults(TINY, slots)[0]
