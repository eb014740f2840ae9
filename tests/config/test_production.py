"""The same code on the system's PostgreSQL with RabbitMQ or Redis, as `web`, `worker` and `beat` apart."""

import base64
import http.client
import json
import subprocess
import sys
from contextlib import ExitStack

from tests import servers
from tests.machine import needs
from tests.serving import ROOT, Running, environment, free_port, wait_until

SEED = """
import json
from django.utils import timezone
from accounts import tokens
from accounts.models import Role
from config import first_run
from trackingplans import sourcing
from trackingplans.models import Environment, SourceType
user, workspace = first_run.create_admin("ana@example.com", "Strider")
source = sourcing.create_source(
    workspace, name="Web", type=SourceType.WEB, actor=user, now=timezone.now(), environment=Environment.PRODUCTION
)
_token, text = tokens.create(workspace, user, name="test", role=Role.ADMIN)
key = sourcing.keys(source, now=timezone.now())[0].key
print(json.dumps({"token": text, "source": source.public_id, "key": key}))
"""


@needs("postgres", "rabbitmq")
def test_events_are_processed_on_postgresql_and_rabbitmq(tmp_path):
    works_with(servers.rabbitmq, tmp_path)


@needs("postgres", "redis")
def test_events_are_processed_on_postgresql_and_redis(tmp_path):
    works_with(servers.redis, tmp_path)


def works_with(broker, tmp_path):
    with ExitStack() as stack:
        folders = {name: tmp_path / name for name in ("postgres", "broker", "web", "worker", "beat")}
        for folder in folders.values():
            folder.mkdir()
        environ = environment(tmp_path / "var", free_port()) | {
            "DATABASE_URL": stack.enter_context(servers.postgres(folders["postgres"])),
            "BROKER_URL": stack.enter_context(broker(folders["broker"])),
        }
        manage(environ, "migrate", "--verbosity", "0")
        seeded = json.loads(manage(environ, "shell", "--verbosity", "0", "-c", SEED))
        web, *others = [stack.enter_context(Running(environ, name)) for name in ("web", "worker", "beat")]
        assert wait_until(lambda: is_ready(web)), web.said()

        for number in range(20):
            assert send(web, seeded["key"], f"order-{number}") == (200, {"success": True})

        assert wait_until(lambda: totals(web, seeded)["unchecked"] == 20, 60), [
            each.said() for each in (web, *others)
        ]
        assert totals(web, seeded)["received"] == 20
        for process in (web, *others):
            assert process.stop() == 0, process.said()
            assert process.left() == []
            assert "Traceback" not in process.said()


def manage(environ: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_ready(web: Running) -> bool:
    try:
        return web.get("/readyz")[0] == 200
    except OSError:
        return False


def send(web: Running, key: str, message_id: str) -> tuple[int, object]:
    body = {"userId": "u1", "event": "Order Completed", "messageId": message_id, "properties": {"total": 1}}
    return ask(web, "POST", "/v1/track", f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}", body)


def totals(web: Running, seeded: dict[str, str]) -> dict[str, int]:
    return ask(web, "GET", f"/api/v1/sources/{seeded['source']}/counts", f"Bearer {seeded['token']}")[1][
        "totals"
    ]


def ask(web: Running, method: str, path: str, authorization: str, body: object = None):
    site = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    try:
        site.request(
            method,
            path,
            json.dumps(body),
            {"Authorization": authorization, "Content-Type": "application/json"},
        )
        answer = site.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        site.close()
