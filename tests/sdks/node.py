"""The Node SDKs, fetched from npm when a test runs and kept under var/ for the next time."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

from tests import machine

CLIENTS = Path(__file__).parent / "clients"
FOLDER = settings.BASE_DIR / "var" / "sdks"


def packages() -> Path:
    """The node_modules folder with what clients/package.json names; skips the test when npm cannot fetch it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = json.loads((CLIENTS / "package.json").read_text())["dependencies"]
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes, one npm
        if not all((FOLDER / "node_modules" / name / "package.json").exists() for name in wanted):
            shutil.copy(CLIENTS / "package.json", FOLDER)
            _install()
    return FOLDER / "node_modules"


def _install() -> None:
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=FOLDER, check=False, capture_output=True, text=True, timeout=90)
    except subprocess.TimeoutExpired:
        machine.lack("npm did not fetch the SDKs within 90 s")
        return
    if done.returncode:
        machine.lack(f"npm cannot fetch the SDKs: {done.stderr.strip()[-300:]}")
