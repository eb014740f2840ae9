"""The broker when none is named: messages as files under the data folder.

They are wake-ups only (the inbox holds the truth), so losing the folder loses nothing, and beyond
`MOST` waiting ones a further wake-up says nothing new and is dropped.
"""

import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "embedded"
URL = f"{SCHEME}://localhost/"  # kombu wants a host, whatever it is
MOST = 500
POLL = 0.05  # seconds
TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def transport_options(data_dir: Path) -> dict[str, Any]:
    """Options for the transport below; makes the folders it expects."""
    queue, control = data_dir / "broker" / "queue", data_dir / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {"data_folder_in": str(queue), "control_folder": str(control)}


class Channel(filesystem.Channel):
    """kombu's file channel with messages that appear whole and are taken by one reader.

    kombu's own shows a file before it is written, and takes one by moving it to the system's
    temporary folder, which may be another file system: both can tear a message.
    """

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # two parents, two names
        folder = self._folder(queue)
        if len(os.listdir(folder)) >= MOST:
            return
        name = f"{monotonic_ns():020d}-{uuid.uuid4().hex}"
        draft = Path(self.data_folder_in) / f"{name}.draft"
        draft.write_text(dumps(payload))
        draft.rename(folder / name)

    def _get(self, queue: str, *_timeout: float | None) -> Any:
        folder = self._folder(queue)
        for name in sorted(os.listdir(folder)):
            taken = Path(self.data_folder_in) / f"{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue  # another reader was faster
            body = taken.read_text()
            taken.unlink()
            return loads(body)
        raise Empty

    def _size(self, queue: str) -> int:
        return len(os.listdir(self._folder(queue)))

    def _purge(self, queue: str) -> int:
        waiting = list(self._folder(queue).iterdir())
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)

    def _folder(self, queue: str) -> Path:
        folder = Path(self.data_folder_in) / queue
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


class Transport(filesystem.Transport):
    """Looks into the folder as one of the timers of the worker's event loop.

    kombu's own blocks the worker while it waits, which makes Celery fall back to a loop that takes
    seconds to notice a dead pool process or a stop.
    """

    Channel = Channel
    default_port = 0
    driver_type = SCHEME
    driver_name = SCHEME
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, _connection: Any, loop: Any) -> None:
        loop.call_repeatedly(POLL, self._take_what_waits)

    def _take_what_waits(self) -> None:
        assert self.cycle is not None  # noqa: S101  # for the type checker: made with the transport
        try:
            while True:
                self.cycle.get(self._deliver)
        except Empty:
            pass  # nothing more, or the worker has its hands full
