"""`planwright diff`: what changed between two plans, and whom it breaks."""

import sys
from collections import Counter
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from trackingplans.cli import files
from trackingplans.domain.impact import Impact, impacts
from trackingplans.domain.schema_impact import Effect, Severity

_SIGNS = {
    Severity.BREAKING: ("✗ breaking", "bold dark_orange"),
    Severity.RISKY: ("? risky", "blue"),
    Severity.SAFE: ("· safe", "dim"),
}


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The plan as it was. - is standard input.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The plan as it is to be.")],
    format: Annotated[Format, typer.Option(help="How to tell what changed.")] = Format.TEXT,
) -> None:
    """What changed between two plans, and whom it breaks.

    Exits 1 when something breaking changed; 2 when a plan cannot be read.
    """
    found = impacts(files.plan(old), files.plan(new))
    counts = Counter(impact.severity for impact in found)
    if format is Format.JSON:
        summary = {severity.value: counts[severity] for severity in Severity}
        document = {"summary": summary, "changes": [_document(impact) for impact in found]}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n")
    else:
        _show(found, counts)
    raise typer.Exit(1 if counts[Severity.BREAKING] else 0)


def _document(impact: Impact) -> dict[str, Any]:
    return {
        "kind": str(impact.kind),
        "type": impact.type or None,
        "name": impact.name or None,
        "version": impact.version or None,
        "former_name": impact.former or None,
        "severity": impact.severity,
        "effects": [asdict(effect) for effect in impact.effects],
    }


def _show(found: list[Impact], counts: Counter[Severity]) -> None:
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    for impact in found:
        console.print(_head(impact))
        for effect in impact.effects:
            console.print(_line(effect))
    if not found:
        console.print("The plans are the same.")
        return
    console.print()
    console.print(Text(" · ".join(f"{counts[one]:,} {one.value}" for one in Severity), style="bold"))


def _head(impact: Impact) -> Text:
    if not impact.type:
        return Text("The plan's settings", style="bold")
    name = f"{impact.type} {impact.name}".strip()
    version = f", version {impact.version}" if impact.version > 1 else ""
    former = f" (was {impact.former})" if impact.former else ""
    return Text(f"{name}{version}{former} {impact.kind}", style="bold")


def _line(effect: Effect) -> Text:
    sign, style = _SIGNS[effect.severity]
    line = Text(f"  {sign:<12}", style=style)
    if effect.path:
        line.append(f"{effect.path}: ", style="bold")
    line.append(effect.reason)
    if effect.breaks:
        line.append(f" ({effect.breaks.value})", style="dim")
    return line
