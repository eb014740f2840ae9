"""The embedded PostgreSQL: started, shared, guarded, and found again after every kind of death."""

import os
import signal
import subprocess
import sys
import time

import psutil
import psycopg
import pytest

from config.embedded import cluster, sockets, users
from config.embedded.cluster import Cluster, PostgresError
from config.embedded.postgres import Server
from tests.serving import ROOT, wait_until

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="DATABASE_URL names another server"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data folder with a cluster in it, stopped."""
    data_dir = tmp_path_factory.mktemp("made") / "var"
    server = Server(data_dir)
    server.start()
    server.stop()
    return data_dir


@pytest.fixture
def data_dir(made, tmp_path):
    """A copy of it, owners kept."""
    subprocess.run(["cp", "-a", str(made), str(tmp_path / "var")], check=True)
    return tmp_path / "var"


@pytest.fixture
def server(data_dir):
    server = Server(data_dir)
    yield server
    server.stop()


def answers(server: Server) -> bool:
    try:
        with psycopg.connect(server.url, connect_timeout=5) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_runs_while_it_is_used_and_leaves_nothing(server, data_dir):
    server.start()
    pid = server.process_id
    assert answers(server)

    server.stop()

    assert is_gone(pid)
    assert not sockets.folder(data_dir).exists()


def test_nothing_listens_on_tcp_and_nobody_else_may_look(server, data_dir):
    server.start()

    listening = psutil.Process(server.process_id).net_connections("tcp")
    assert listening == []
    for folder in (sockets.folder(data_dir), data_dir / "postgres"):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert (data_dir / "postgres.password").stat().st_mode & 0o777 == 0o600


def test_a_wrong_password_is_refused(server):
    server.start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace("planwright:", "planwright:x"), connect_timeout=5)


@pytest.mark.parametrize("name", ["spaces and 'quotes'", 'double " quotes $HOME `id`', "ünïcode 日本, comma"])
def test_it_works_in_a_long_path_of_odd_names(tmp_path, name):
    deep = tmp_path / name
    deep /= "x" * max(1, 160 - len(str(deep)))
    before = {folder: folder.stat().st_mode for folder in (tmp_path, *tmp_path.parents)}
    server = Server(deep / "var")

    server.start()
    assert answers(server)
    server.stop()

    assert len(str(deep)) >= 150
    assert {folder: folder.stat().st_mode for folder in before} == before


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root has folders that its own server's account may not enter"
)
def test_it_works_in_a_folder_that_only_root_may_enter(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "var")

    server.start()
    owner = psutil.Process(server.process_id).uids().real
    assert answers(server)
    server.stop()

    assert owner != 0
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "var").stat().st_uid == 0


def test_two_users_share_one_server_that_stays_until_the_last_has_gone(server, data_dir):
    second = Server(data_dir)
    server.start()
    pid = server.process_id
    second.start()
    assert second.process_id == pid

    server.stop()
    assert answers(second)

    second.stop()
    assert is_gone(pid)


def test_a_killed_user_does_not_keep_it_running(server, data_dir):
    code = (
        "import sys, time, pathlib; from config.embedded.postgres import Server;"
        "Server(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(data_dir)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"up\n"
        pid = server.process_id
        user.kill()

    assert wait_until(lambda: is_gone(pid), 20)
    assert wait_until(lambda: not users.is_kept(data_dir), 5)


def test_a_server_that_dies_is_started_again(server):
    server.start()
    died = server.process_id

    os.kill(died, signal.SIGKILL)

    assert wait_until(lambda: answers(server) and server.process_id != died, 30)


def test_a_killed_keeper_takes_the_server_along_and_the_next_start_works(server, data_dir):
    server.start()
    pid = server.process_id
    psutil.Process(pid).parent().kill()
    assert wait_until(lambda: is_gone(pid), 20)
    server.stop()

    server.start()

    assert answers(server)


def test_an_orphan_of_a_killed_predecessor_is_stopped_first(server, data_dir):
    orphan = Cluster(data_dir).run()
    cluster.wait_for(orphan, Cluster(data_dir))

    server.start()

    assert orphan.wait(5) is not None
    assert answers(server)


def test_lock_files_that_name_somebody_else_are_no_obstacle(server, data_dir):
    folder = sockets.folder(data_dir)
    folder.mkdir(mode=0o700)
    for lock in (data_dir / "postgres" / "postmaster.pid", folder / ".s.PGSQL.5432.lock"):
        lock.write_text(
            f"{os.getpid()}\n{data_dir / 'postgres'}\n{int(time.time())}\n5432\n/tmp\n\n  1 1\nready   \n"
        )

    server.start()

    assert answers(server)


def test_what_an_interrupted_first_start_left_is_swept_away(tmp_path):
    half_done = tmp_path / "var" / "postgres.new"
    half_done.mkdir(parents=True)
    (half_done / "PG_VERSION").write_text("18\n")
    server = Server(tmp_path / "var")

    server.start()
    assert answers(server)
    server.stop()

    assert not half_done.exists()


def test_somebody_elses_socket_folder_is_refused(server, data_dir):
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of somebody else")
    folder = sockets.folder(data_dir)
    folder.mkdir()
    os.chown(folder, 4711, 4711)

    with pytest.raises(PostgresError, match="is not ours"):
        server.start()

    folder.rmdir()


def test_data_of_another_major_version_is_told_in_a_sentence(server, data_dir):
    (data_dir / "postgres" / "PG_VERSION").write_text("14\n")

    with pytest.raises(PostgresError, match="was made by PostgreSQL 14, this Planwright brings 18"):
        server.start()


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(server, data_dir):
    (data_dir / "postgres" / "postgresql.conf").write_text("shared_buffers = 'a lot'\n")

    with pytest.raises(PostgresError, match=r"PostgreSQL did not start: .* \(log: .*postgres.log\)"):
        server.start()
