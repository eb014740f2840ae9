"""What the program does at its edges: how it starts and ends, what it reads and where it writes."""

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.trackingplans.cli import program
from tests.trackingplans.cli.program import COMMAND, ENVIRONMENT, WRONG, file, plan, run, text

BROKEN = '{"planwright":1,"rules":[{"type":"track","name":"A","schema":{"type":"x"}}]}'
LIMIT = 300 * 1024 * 1024


def test_help_is_there_at_once_and_loads_no_server():
    code = (
        "import sys; from trackingplans.cli import main; "
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'django', 'celery', 'psycopg', 'jsonschema', 'rest_framework'}))"
    )
    done = subprocess.run(
        [program.COMMAND[0], "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = run("--help")
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert told.returncode == 0
    assert b"check" in told.stdout
    assert b"convert" in told.stdout
    assert ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime < 1.5  # 0.4 s on a quiet machine


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        ([text(1), text(2)], [], 0),
        ([], [], 0),
        ([text(1), text(2, **WRONG)], [], 1),
        ([text(1, event="Order Complete")], [], 1),
        ([text(1, event="Order Complete")], ["--allow-unplanned"], 0),
        ([text(1, **WRONG), text(1, event="Order Complete")], ["--allow-unplanned"], 1),
        ([text(1), "{oops"], ["--allow-unplanned"], 1),
        ([text(1, properties={"order_id": "o1", "colour": "red"})], [], 0),
        ([text(1, type="identify")], [], 0),
    ],
)
def test_the_exit_code_tells_whether_something_is_wrong(tmp_path, lines, options, code):
    events = file(tmp_path, "events.ndjson", "\n".join(lines))
    assert run("check", events, "--plan", plan(tmp_path), *options).returncode == code


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "{events}"], "Missing option '--plan'"),
        (["check", "{events}", "--plan", "{plan}", "--format", "xml"], "'xml' is not"),
        (
            ["check", "{events}", "--plan", "{plan}", "--workers", "0"],
            "Input should be greater than or equal to 1",
        ),
        (["check", "{folder}/none", "{folder}/no", "--plan", "{plan}"], "none: No such file or directory."),
        (["check", "{folder}/none", "{folder}/no", "--plan", "{plan}"], "no: No such file or directory."),
        (["check", "{folder}", "--plan", "{plan}"], "Is a directory."),
        (["check", "{events}", "{events}", "--plan", "{plan}"], "Is named twice."),
        (["check", "{events}", "--plan", "{events}"], "events.ndjson: This is not a plan we can read"),
        (["check", "{events}", "--plan", "{folder}/none"], "No such file"),
        (["check", "{events}", "--plan", "{broken}"], "rules.0.schema.type: Should be one of array"),
        (["diff", "{plan}", "{broken}"], "rules.0.schema.type: Should be one of array"),
        (["convert", "{plan}", "-"], "Missing option '--to'"),
        (["convert", "{plan}", "{folder}/no/such", "--to", "segment"], "No such file or directory."),
        (
            ["convert", "{plan}", "-", "--from", "segment", "--to", "segment"],
            "Is planwright-json, not segment.",
        ),
        (["guess"], "No such command 'guess'"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else " ".join(value)[:40],
)
def test_what_cannot_be_used_is_said_on_stderr_with_exit_code_2(tmp_path, arguments, says):
    names = {
        "folder": str(tmp_path),
        "events": file(tmp_path, "events.ndjson", text()),
        "plan": plan(tmp_path),
        "broken": file(tmp_path, "broken.json", BROKEN),
    }
    done = run(*(argument.format(**names) for argument in arguments))
    assert done.returncode == 2
    assert done.stdout == b""
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_breaks_off_is_judged_as_far_as_it_goes_and_exits_2(tmp_path, workers):
    lines = "".join(f"{text(number)}\n" for number in range(20_000)).encode()
    events = file(tmp_path, "events.gz", gzip.compress(lines)[:-50_000])
    done = run("check", events, "--plan", plan(tmp_path), "--format", "ndjson", "--workers", workers)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert done.stderr.decode().endswith("Ends in the middle of its gzip data: it was cut off.\n")
    assert [result["index"] for result in results] == list(range(len(results)))
    assert 1000 < len(results) < 20_000


def test_one_broken_file_does_not_hide_what_is_in_the_others(tmp_path):
    first, last = file(tmp_path, "a", text(1, **WRONG)), file(tmp_path, "c", text(2, **WRONG))
    done = run("check", first, file(tmp_path, "b", "[1,"), last, "--plan", plan(tmp_path))
    assert done.returncode == 2
    assert b"66.7 % violate" in done.stdout
    assert done.stderr.decode().endswith("b: Line 1: the JSON breaks off.\n")


@pytest.mark.parametrize("workers", ["1", "3"])
def test_results_come_in_the_order_of_the_input_however_many_judge(tmp_path, workers):
    first = "".join(f"{text(number)}\n" for number in range(12_000))
    second = json.dumps([program.call(number) for number in range(12_000, 20_000)])
    files = [file(tmp_path, "a.ndjson", first), file(tmp_path, "b.json", second)]
    done = run("check", *files, "--plan", plan(tmp_path), "--format", "ndjson", "--workers", workers)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["message_id"] for result in results] == [f"m{number}" for number in range(20_000)]
    assert [result["index"] for result in results] == list(range(20_000))
    assert [result["line"] for result in results[:12_000]] == list(range(1, 12_001))
    assert {result["line"] for result in results[12_000:]} == {1}
    assert done.stderr == b""


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_events_come_from_standard_input_too(tmp_path, pack):
    lines = f"{text(1)}\n{text(2, **WRONG)}\n".encode()
    done = run("check", "-", "--plan", plan(tmp_path), "--format", "ndjson", stdin=pack(lines))
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [(result["verdict"], result["line"], result["file"]) for result in results] == [
        ("conforming", 1, "-"),
        ("violating", 2, "-"),
    ]


def test_the_plan_comes_from_standard_input_too(tmp_path):
    done = run("check", file(tmp_path, "e", text()), "--plan", "-", stdin=Path(plan(tmp_path)).read_bytes())
    assert done.returncode == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_closed_pipe_ends_it_quietly(tmp_path, workers):
    events = file(tmp_path, "events.ndjson", "".join(f"{text(number)}\n" for number in range(30_000)))
    options = ["--plan", plan(tmp_path), "--format", "ndjson", "--workers", workers]
    with subprocess.Popen(
        [*COMMAND, "check", events, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as running:
        assert json.loads(running.stdout.readline())["index"] == 0
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(30) == 141


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_it_quietly_and_leaves_no_process(tmp_path, workers):
    events = file(tmp_path, "events.ndjson", "".join(f"{text(number)}\n" for number in range(30_000)))
    with subprocess.Popen(
        [*COMMAND, "check", events, "--plan", plan(tmp_path), "--workers", workers, "--format", "ndjson"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        process_group=0,
    ) as running:
        assert json.loads(running.stdout.readline())["index"] == 0
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        assert running.stderr.read() == b""
        assert running.wait(30) == 130
    deadline = time.monotonic() + 10
    while _has_members(running.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _has_members(running.pid)


def _has_members(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


MEASURED = """
import atexit, re, sys
from trackingplans.cli import main
atexit.register(lambda: sys.stderr.write(re.search(r"VmHWM:.*?(\\d+)", open("/proc/self/status").read())[1]))
main.run()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory of a program by itself")
@pytest.mark.parametrize("layout", ["lines", "list", "batch", "one line"])
def test_memory_does_not_grow_with_the_file(tmp_path, layout):
    many = [text(number, properties={"order_id": "o" * 900}) for number in range(2_000)]
    path = tmp_path / "events"
    with path.open("w") as events:
        if layout == "one line":
            events.write(f'{text()}\n{{"type":"track","x":"{"y" * (150 << 20)}"}}\n{text()}\n')
        elif layout == "lines":
            events.writelines("".join(f"{line}\n" for line in many) for _ in range(80))
        else:
            events.write('{"sentAt":"2026","batch":[' if layout == "batch" else "[")
            events.writelines(f"{line},\n" for _ in range(80) for line in many)
            events.write(text() + ("]}" if layout == "batch" else "]"))
    options = ["check", str(path), "--plan", plan(tmp_path), "--workers", "1"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *options],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
        timeout=60,
    )
    assert path.stat().st_size > 140_000_000
    assert done.returncode == (1 if layout == "one line" else 0)
    assert {"one line": b"3 mess", "lines": b"160,000 mess"}.get(layout, b"160,001 mess") in done.stdout
    assert int(done.stderr) * 1024 < LIMIT
