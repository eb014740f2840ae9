"""The process that runs the embedded server for as long as somebody uses it, and not a moment longer.

`python -m config.embedded.keeper DATA_DIR [name=value …]`, started by `postgres.Server`. Says "ready", or
what went wrong, in one line on standard output. When the server dies it starts it again; when the last
user is gone, killed or not, it stops it and removes the socket.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.embedded import cluster, sockets, users

_TICK = 0.1  # seconds
_STOP = 20.0  # seconds for a clean stop; then the server is stopped hard and recovers at its next start


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # users decide, by ending
    data_dir = Path(sys.argv[1])
    keeping = users.Keeping(data_dir)
    while not keeping.is_first():
        if users.is_ready(data_dir):
            _say("ready")
            return
        time.sleep(_TICK)
    ours = cluster.Cluster(data_dir, dict(option.split("=", 1) for option in sys.argv[2:]))
    try:
        server = _start(ours)
    except (cluster.PostgresError, sockets.ForeignFolder, OSError) as error:
        _say(str(error))
        return
    keeping.announce()
    _say("ready")
    _hand_over_to(ours.log)
    _keep(keeping, ours, server)


def _start(ours: cluster.Cluster) -> "subprocess.Popen[bytes]":
    ours.make()
    ours.end_orphans()
    server = ours.run()
    cluster.wait_for(server, ours)
    return server


def _keep(keeping: users.Keeping, ours: cluster.Cluster, server: "subprocess.Popen[bytes]") -> None:
    while not keeping.is_over():
        if server.poll() is not None:
            try:
                server = _start(ours)
            except (cluster.PostgresError, OSError):
                time.sleep(1)  # the log has the reason; a full disk may have room again
        time.sleep(_TICK)
    _stop(server)
    sockets.remove(ours.sockets)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    for signum, patience in ((signal.SIGINT, _STOP), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if server.poll() is None:
            server.send_signal(signum)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _say(line: str) -> None:
    try:
        os.write(1, (" ".join(line.split()) + "\n").encode())
    except BrokenPipeError:
        pass  # whoever started us gave up meanwhile; the locks tell what to do


def _hand_over_to(log: Path) -> None:
    """Let go of the terminal or pipe of whoever started us: we may outlive them."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)


if __name__ == "__main__":
    main()
