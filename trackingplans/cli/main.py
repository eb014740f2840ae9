"""The console program `planwright`. Needs no server, and for local files no settings and no database."""

import os
import signal
import sys
from types import FrameType
from typing import Any

import typer

from trackingplans.cli.check import check
from trackingplans.cli.complaints import Unusable
from trackingplans.cli.convert import convert
from trackingplans.cli.diff import diff

INTERRUPTED = 130  # as shells say it: 128 and the number of the signal
NOBODY_READS = 141


class Commands(typer.core.TyperGroup):
    """Ends as people expect: a complaint is a line and exit code 2, a closed pipe and Ctrl-C are no errors."""

    def invoke(self, ctx: Any) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except Unusable as error:
            sys.stderr.write("".join(f"{line}\n" for line in error.lines()))
            sys.exit(2)
        except BrokenPipeError:
            _say_no_more()
            sys.exit(NOBODY_READS)


app = typer.Typer(
    cls=Commands,
    name="planwright",
    help="Tracking plans for engineers: check events, lint plans, compare and convert them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # its import alone takes longer than the help may
    pretty_exceptions_enable=False,
)
app.command()(check)
app.command()(diff)
app.command()(convert)


def run() -> None:
    """The entry point."""
    signal.signal(signal.SIGINT, _end)
    app()


def _end(_signal: int, _frame: FrameType | None) -> None:
    _say_no_more()
    sys.exit(INTERRUPTED)


def _say_no_more() -> None:
    """What waits to be written could wait for ever."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
