"""The worker as it is, but for one thing: it dies by SIGKILL of every body that holds the word.

Run as `python -m tests.faults.crashing worker`. What happens around the crash is the real thing.
"""

import os
import signal
import sys
from typing import Any

import django
from django.core.management import execute_from_command_line

WORD = b"kills its worker"

if __name__ == "__main__":
    django.setup()
    from trackingplans.domain import messages

    stream = messages.stream

    def deadly(body: bytes, *more: Any) -> Any:
        if WORD in body:
            os.kill(os.getpid(), signal.SIGKILL)
        return stream(body, *more)

    setattr(messages, "stream", deadly)  # noqa: B010  # a plain assignment would need the types to be equal
    execute_from_command_line(["manage.py", *sys.argv[1:]])
