"""The console program `planwright`. Needs no server, and for local files no settings and no database."""

import importlib
import os
import signal
import sys
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from trackingplans.cli.complaints import Unusable

COMMANDS = {  # each is the function of that name in the module of that name, loaded when it is asked for
    "check": "Hold events against a plan.",
    "lint": "What is wrong with a plan, and what to do first.",
    "names": "Judge names of events, properties or traits.",
    "diff": "What changed between two plans, and whom it breaks.",
    "convert": "Turn a plan into another format.",
}
INTERRUPTED = 130  # as shells say it: 128 and the number of the signal
NOBODY_READS = 141


class Commands(TyperGroup):
    """Ends as people expect: a complaint is a line and exit code 2, a closed pipe and Ctrl-C are no errors."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # Typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # Typer's signature
        if cmd_name not in COMMANDS:
            return None
        alone = typer.Typer(rich_markup_mode=None, add_completion=False)
        alone.command(cmd_name)(getattr(importlib.import_module(f"trackingplans.cli.{cmd_name}"), cmd_name))
        return typer.main.get_command(alone)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # Typer's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

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


@app.callback()
def planwright() -> None:
    """What all commands have in common: nothing."""


def run() -> None:
    """The entry point."""
    signal.signal(signal.SIGINT, _end)
    app(prog_name="planwright")


def _end(_signal: int, _frame: FrameType | None) -> None:
    _say_no_more()
    sys.exit(INTERRUPTED)


def _say_no_more() -> None:
    """What waits to be written could wait for ever."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
