"""Files that people name on the command line: `-` is standard input."""

import os
import stat
import sys
from pathlib import Path

from trackingplans.cli.complaints import Unusable, of_problems
from trackingplans.domain.plan import Plan, PlanError, from_document
from trackingplans.domain.validation import problems_of
from trackingplans.interchange import formats
from trackingplans.interchange.carrying import Carried

STDIN = "-"


def opened(name: str) -> int:
    """A descriptor of a file that can be read. Raises Unusable."""
    try:
        descriptor = os.dup(0) if name == STDIN else os.open(name, os.O_RDONLY)
    except OSError as error:
        raise Unusable((name, f"{error.strerror}.")) from None
    except ValueError:
        raise Unusable((name, "The name of the file holds a NUL.")) from None
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unusable((name, "Is a directory. Name the files in it."))
    return descriptor


def read(name: str) -> bytes:
    """All of a file. Raises Unusable."""
    with open(opened(name), "rb") as file:
        try:
            return file.read()
        except OSError as error:
            raise Unusable((name, f"{error.strerror}.")) from None


def carried(name: str) -> Carried:
    """The plan document in a file of any format, told by its content. Raises Unusable."""
    try:
        return formats.detect(read(name))
    except PlanError as error:
        raise of_problems(name, error.problems) from None


def plan(name: str) -> Plan:
    """The plan in a file, every schema of which can be used. Raises Unusable naming each place that is wrong."""
    try:
        found = from_document(carried(name).document)
    except PlanError as error:
        raise of_problems(name, error.problems) from None
    problems = problems_of(found)
    if problems:
        raise of_problems(name, problems)
    return found


def write(name: str, content: bytes) -> None:
    """Put a file in place at once, or write to standard output (`-`). Raises Unusable."""
    if name == STDIN:
        sys.stdout.buffer.write(content)
        return
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise Unusable((name, f"{error.strerror}.")) from None
