"""Publish to matched, seen by the other side: with a worker process of its own, in both directions."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "publish_to_matched.py"


def test_the_other_side_is_told_within_two_seconds_of_publishing():
    words = [sys.executable, str(SCRIPT), "--supplies", "200", "--demands", "50", "--times", "5"]
    done = subprocess.run(words, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert "a demand is published" in done.stdout, done.stderr
    assert "a supply is published" in done.stdout
    assert done.returncode == 0, done.stdout
