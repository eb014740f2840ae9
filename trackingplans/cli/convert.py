"""`planwright convert`: a plan in one format becomes one in another."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from trackingplans.cli import files
from trackingplans.cli.complaints import Unusable, of_problems
from trackingplans.domain.plan import PlanError, from_document
from trackingplans.interchange import formats


class Name(StrEnum):
    PLANWRIGHT_YAML = "planwright-yaml"
    PLANWRIGHT_JSON = "planwright-json"
    SEGMENT = "segment"
    SEGMENT_FLAT = "segment-flat"
    SEGMENT_CONFIG = "segment-config"
    SEGMENT_CSV = "segment-csv"


def convert(
    source: Annotated[str, typer.Argument(metavar="IN", help="The plan to read. - is standard input.")],
    target: Annotated[str, typer.Argument(metavar="OUT", help="The file to write. - is standard output.")],
    *,
    to: Annotated[Name, typer.Option("--to", help="The format to write.")],
    from_: Annotated[
        Name | None, typer.Option("--from", help="The format of IN; by default told by its content.")
    ] = None,
) -> None:
    """Turn a plan into another format.

    What the new format has no place for is said on standard error. Exits 2 when the plan cannot be read.
    """
    carried = files.carried(source)
    if from_ is not None and from_ != carried.format:
        raise Unusable((source, f"Is {carried.format}, not {from_.value}."))
    try:
        from_document(carried.document)
        export = formats.write(carried.document, to.value)
    except PlanError as error:
        raise of_problems(source, error.problems) from None
    files.write(target, export.data)
    for loss in [*carried.losses, *export.losses]:
        sys.stderr.write(f"Left behind: {loss}\n")
