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
        refuses_a_second(first, environ)
        brings_back_what_crashes(first)
        assert first.stop(signal.SIGTERM) == 0
        assert first.left() == []

    assert not sockets.folder(tmp_path / "var").exists()
    with Running(environ, "serve", "--quickstart") as second:
        second.wait_ready()
        assert json.loads((tmp_path / "var" / "demo.json").read_text()) == access
        assert second.stop(signal.SIGINT) == 0
        assert second.left() == []
    assert modes(tmp_path) == before


def refuses_a_second(running: Running, environ: dict[str, str]) -> None:
    with Running(environ | {"PORT": str(free_port())}, "serve", "--quickstart") as second:
        assert second.wait(300) == 1
    assert f"already runs on {environ['DATA_DIR']} (process {running.process.pid}" in second.said()


def brings_back_what_crashes(running: Running) -> None:
    for name in ("worker", "beat", "web"):
        crashed = running.child(name)
        crashed.kill()
        assert wait_until(partial(is_gone, crashed), 10)
        running.seen.clear()
        assert wait_until(partial(comes_back, running, name))
    assert wait_until(partial(answers, running))


def test_a_killed_serve_takes_everything_along_and_the_next_one_starts(environ):
    with Running(environ, "serve", "--quickstart") as killed:
        killed.wait_ready()
        killed.stop(signal.SIGKILL)
        assert wait_until(lambda: not killed.left(), 20), killed.left()

    with Running(environ, "serve", "--quickstart") as all_killed_at_once:
        all_killed_at_once.wait_ready()
        for process in [psutil.Process(all_killed_at_once.process.pid), *all_killed_at_once.look()]:
            process.kill()

    with Running(environ, "serve", "--quickstart") as following:
        assert following.wait_ready().stop() == 0
        assert following.left() == []


def test_a_start_can_be_given_up_before_it_is_ready(environ, tmp_path):
    with Running(environ, "serve", "--quickstart") as given_up:
        assert wait_until((tmp_path / "var" / "postgres").exists)
        given_up.look()

        assert given_up.stop(signal.SIGTERM) not in {None, 0}

        assert wait_until(lambda: not given_up.left(), 5)
        assert "Traceback" not in given_up.said()


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE or not process.is_running()
    except psutil.NoSuchProcess:
        return True


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
        assert refused.wait(300) == 1

    said = refused.said()
    assert f"Port {environ['PORT']} is already used by " in said
    assert f"(process {os.getpid()})" in said
    assert "PORT=" in said
    assert "Traceback" not in said


def test_an_ordinary_user_can_run_it_all(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("these tests run as an ordinary user already")
    nobody = account.for_data()
    assert nobody is not None
    home = tmp_path / "home"
    home.mkdir()
    nobody.own(home)

    environ = environment(home / "var", free_port()) | {"HOME": str(home)}
    with Running(environ, "serve", "--quickstart", prepare=account.become(nobody, signal.SIGTERM)) as running:
        running.wait_ready()
        owners = {process.uids().real for process in running.look()}
        assert running.stop() == 0

    assert owners == {nobody.uid}
    assert running.left() == []
