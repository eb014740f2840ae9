"""The broker when none is named: messages as files under the data folder.

They are wake-ups only (the inbox holds the truth), so losing the folder loses nothing.
"""

from pathlib import Path
from typing import Any


def transport_options(data_dir: Path) -> dict[str, Any]:
    """Options for kombu's `filesystem://` transport; makes the folders it expects."""
    queue, control = data_dir / "broker" / "queue", data_dir / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(control),
        "polling_interval": 0.1,
    }
