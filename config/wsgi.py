"""The WSGI callable that `manage.py web` serves: the door for /v1/, Django for everything else."""

import gc
import os
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

site = get_wsgi_application()

from ingest.door import Door  # noqa: E402  # its models exist only once Django is set up

door = Door()

# What is there by now stays. The page of a large plan makes a hundred thousand objects and hardly a cycle: looking for
# some every 700 objects took a third of its time.
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Events never pass Django's middleware: a redirect or a rewritten answer would lose them."""
    handler = door if door.answers(environ["PATH_INFO"]) else site
    return handler(environ, start_response)
