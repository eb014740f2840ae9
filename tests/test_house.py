"""The rules of the house that no linter knows."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN_NAMES = {"utils", "helpers", "common", "services", "base", "misc"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


@pytest.mark.parametrize("path", tracked("*.py"), ids=lambda p: str(p.relative_to(ROOT)))
def test_python_files_stay_short_and_are_named_for_what_they_do(path):
    if "migrations" in path.parts:
        return
    longest = 400 if "tests" in path.parts else 350  # tables of cases run longer
    assert len(path.read_text().splitlines()) <= longest
    assert path.stem not in FORBIDDEN_NAMES
