"""Judges blocks in several processes, their results in the order of the blocks."""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice

from trackingplans.cli.events.blocks import Block
from trackingplans.cli.events.judging import Judge, Judged

_AHEAD = 2  # blocks for each process that wait or are done

_judge: Judge | None = None  # of a worker process


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judged(blocks: Iterable[Block], make: Callable[[], Judge], workers: int) -> Iterator[Judged]:
    """What became of each block, in their order. Processes are started once there is more than one block.

    `make` makes a judge; it and the blocks must be such as can be sent to another process.
    """
    coming = iter(blocks)
    first = list(islice(coming, 2))
    if workers == 1 or len(first) < 2:
        judge = make()
        yield from map(judge.judge, chain(first, coming))
        return
    executor = ProcessPoolExecutor(workers, _context(), _start, (make,))
    try:
        yield from _in_order(executor, chain(first, coming), workers * _AHEAD)
    finally:
        executor.shutdown(cancel_futures=True)


def _in_order(executor: ProcessPoolExecutor, blocks: Iterable[Block], ahead: int) -> Iterator[Judged]:
    waiting: deque[Future[Judged]] = deque()
    for block in blocks:
        waiting.append(executor.submit(_work, block))
        while len(waiting) > ahead or (waiting and waiting[0].done()):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _context() -> multiprocessing.context.BaseContext:
    """Copies of this process are there at once; where threads of the system make that unsafe, fresh ones are."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _start(make: Callable[[], Judge]) -> None:
    global _judge  # a process has one
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process says when it ends
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _judge = make()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _work(block: Block) -> Judged:
    assert _judge is not None  # noqa: S101  # `_start` made it
    return _judge.judge(block)
