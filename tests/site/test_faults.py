"""The site's processes are killed in the middle of what they do; benchmarks/site_faults.py does it 200 times."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "site_faults.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children of a forking process")
def test_nothing_is_half_done_lost_or_told_twice_however_the_processes_are_killed(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"CHUANZHU_FOLDER": str(tmp_path), "CHUANZHU_DEBUG": "1"}
    words = [sys.executable, str(SCRIPT), "--kills", "10"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "all is whole" in done.stdout
    assert (tmp_path / "acknowledged.jsonl").stat().st_size > 0
