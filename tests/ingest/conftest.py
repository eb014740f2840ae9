import base64
import gzip
import io
import json

import pytest
from django.db import connection

from ingest import door as door_module
from ingest.models import InboxRow
from tests.factories import WriteKeyFactory
from trackingplans.traffic import naming, partitions
from violations import joining


def basic(key, colon=":"):
    return "Basic " + base64.b64encode(f"{key}{colon}".encode()).decode()


class Reply:
    def __init__(self, status, headers, body):
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Sender:
    """Calls a door as granian would, with everything a client may say or leave out."""

    def __init__(self, door, key):
        self.door = door
        self.key = key

    def __call__(
        self, path, body=None, *, method="POST", key=None, headers=(), query="", length=True, zipped=False
    ):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        if zipped:
            raw = gzip.compress(raw)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(raw),
        }
        if length:
            environ["CONTENT_LENGTH"] = str(len(raw))
        if key is None:
            environ["HTTP_AUTHORIZATION"] = basic(self.key)
        elif key:
            environ["HTTP_AUTHORIZATION"] = key
        environ |= dict(headers)
        status, answered = "", []

        def start_response(given, fields):
            nonlocal status
            status = given
            answered.extend(fields)

        body = b"".join(self.door(environ, start_response))
        return Reply(status, answered, body)


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """Takes the place of the fixture that rolls back: a door has connections of its own, and sees nothing of it.

    Each test makes its own source; all of them go at the end.
    """
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE accounts_workspace, accounts_user, trackingplans_traffichour CASCADE")
            cursor.execute("TRUNCATE ingest_seen, violations_violationhour, violations_personlink")
        partitions.forget()
        naming.forget()
        joining.forget()


@pytest.fixture
def door(db, monkeypatch):
    """A door of its own, that wakes nobody."""
    made = door_module.Door()
    monkeypatch.setattr(made.waker, "wake", made.backlog.look)
    storage = made.storage
    yield made
    storage.close()


@pytest.fixture
def write_key(db):
    return WriteKeyFactory()


@pytest.fixture
def source(write_key):
    return write_key.source


@pytest.fixture
def send(door, write_key):
    return Sender(door, write_key.key)


@pytest.fixture
def inbox_rows(source):
    """What the inbox holds of the source, oldest first."""
    return lambda: list(InboxRow.objects.filter(source=source).order_by("id"))
