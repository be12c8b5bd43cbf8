"""What the server's start leaves for later: whoever restarts a site waits for it, and so do its readers."""

import os
import subprocess
import sys
from pathlib import Path

LATER = {"confusable_homoglyphs", "tqdm", "defusedxml", "anymail", "requests"}
MODULES = 1_000  # with Django's; on PostgreSQL its driver comes on top
ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_start_imports_nothing_that_its_first_page_does_not_need(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "advice.settings"}
    command = [sys.executable, "-c", "import sys, advice.wsgi; print(*sys.modules)"]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.split())
    assert not loaded & LATER
    assert len(loaded) <= MODULES
