"""The night of `make bench-night` in short: a real server, posts as fast as it takes them, and no question lost."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.sqlite  # it starts databases of its own
@pytest.mark.parametrize("database", [[], ["--postgresql"]], ids=["SQLite", "PostgreSQL"])
def test_no_question_is_lost_among_spam_and_the_spam_goes(database: list[str]) -> None:
    night = [sys.executable, "tests/benchmarks/night.py", "--posts", "300", "--questions", "20", *database]
    said = subprocess.run(night, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "question: 303                        20" in said
    assert said.count("lost: 0") == 2
    assert " 0 damaged" in said
