"""`manage.py serve` as a real process tree: what a person sees, and what it leaves behind."""

import json
import os
import signal
import socket
from functools import partial
from pathlib import Path

import psutil
import pytest

from config.embedded import account, sockets
from tests import serving
from tests.serving import Running, environment, free_port, wait_until


@pytest.fixture
def environ(tmp_path):
    return environment(tmp_path / "var", free_port())


def modes(path: Path) -> dict[str, tuple[int, int]]:
    """Mode and owner of the folder and of all above it."""
    return {str(folder): (folder.stat().st_mode, folder.stat().st_uid) for folder in (path, *path.parents)}


def test_a_newcomer_gets_in_and_finds_the_data_again_after_a_restart(environ, tmp_path):
    before = modes(tmp_path)

    with Running(environ, "serve", "--quickstart") as first:
        first.wait_ready()
        access = json.loads((tmp_path / "var" / "demo.json").read_text())
        link = next(word for word in first.said().split() if "/sign-in/once/" in word)
        assert first.get("/healthz") == (200, b"ok\n")
        assert first.get("/readyz")[0] == 200
        assert first.get(link.removeprefix(access["url"]))[0] == 302
        assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "var" / "demo.json").stat().st_mode & 0o777 == 0o600
        assert first.stop(signal.SIGTERM) == 0
        assert first.left() == []

    assert not sockets.folder(tmp_path / "var").exists()
    with Running(environ, "serve", "--quickstart") as second:
        second.wait_ready()
        assert json.loads((tmp_path / "var" / "demo.json").read_text()) == access
        assert second.stop(signal.SIGINT) == 0
        assert second.left() == []
    assert modes(tmp_path) == before


def test_a_killed_serve_takes_everything_along_and_the_next_one_starts(environ):
    with Running(environ, "serve", "--quickstart") as killed:
        killed.wait_ready()
        killed.stop(signal.SIGKILL)
        assert wait_until(lambda: not killed.left(), 20), killed.left()

    with Running(environ, "serve", "--quickstart") as following:
        assert following.wait_ready().stop() == 0


def test_everything_killed_at_once_does_not_keep_the_next_one_from_starting(environ):
    with Running(environ, "serve", "--quickstart") as killed:
        killed.wait_ready()
        for process in [*killed.look(), psutil.Process(killed.process.pid)]:
            process.kill()

    with Running(environ, "serve", "--quickstart") as following:
        assert following.wait_ready().stop() == 0


def test_a_crashed_process_comes_back_while_the_others_go_on(environ):
    with Running(environ, "serve", "--quickstart") as running:
        running.wait_ready()
        for name in ("worker", "beat", "web"):
            crashed = running.child(name)
            crashed.kill()
            crashed.wait(10)
            running.seen.clear()
            assert wait_until(partial(comes_back, running, name))
        assert wait_until(lambda: answers(running))
        assert running.stop() == 0
        assert running.left() == []


def comes_back(running: Running, name: str) -> bool:
    try:
        return running.child(name).is_running()
    except StopIteration:
        return False


def answers(running: Running) -> bool:
    try:
        return running.get("/healthz")[0] == 200
    except OSError:
        return False


def test_a_used_port_is_told_with_its_holder_and_a_free_one(environ):
    with socket.create_server(("127.0.0.1", int(environ["PORT"]))), Running(environ, "serve") as refused:
        assert refused.wait(60) == 1

    said = refused.said()
    assert f"Port {environ['PORT']} is already used by " in said
    assert f"(process {os.getpid()})" in said
    assert "PORT=" in said
    assert "Traceback" not in said


def test_a_second_serve_on_the_same_data_is_refused(environ):
    with Running(environ, "serve", "--quickstart") as first:
        first.wait_ready()
        with Running(environ | {"PORT": str(free_port())}, "serve", "--quickstart") as second:
            assert second.wait(60) == 1
        assert f"already runs on {environ['DATA_DIR']} (process {first.process.pid}" in second.said()
        assert first.get("/healthz")[0] == 200


def test_an_ordinary_user_can_run_it_all(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("these tests run as an ordinary user already")
    nobody = account.for_data()
    assert nobody is not None
    home = tmp_path / "home"
    home.mkdir()
    nobody.own(home)

    environ = environment(home / "var", free_port()) | {"HOME": str(home)}
    with Running(environ, "serve", "--quickstart", prepare=account.become(nobody)) as running:
        running.wait_ready()
        owners = {process.uids().real for process in running.look()}
        assert running.stop() == 0

    assert owners == {nobody.uid}
    assert running.left() == []


def test_serving_tests_never_touch_the_developers_folder(environ):
    assert str(serving.ROOT / "var") != environ["DATA_DIR"]
