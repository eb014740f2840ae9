"""Properties that a sheet names and the plan has not: `products[].sku`, with the objects and lists on the way."""

import re
from typing import Any

from trackingplans.domain.plan import Rule
from trackingplans.domain.properties import area_pointer, at, below, properties
from trackingplans.domain.sheets.cells import Change, identity


def path_of(name: str) -> tuple[str, ...]:
    """`products[].sku`, `products.$.sku`, `products.0.sku` are ("products", "$", "sku"); any other name is itself."""
    dotted = re.sub(r"\[\d*\]", ".$", name.strip())
    steps = tuple("$" if step.isdecimal() else step.strip() for step in dotted.split("."))
    if len(steps) < 2 or not all(steps) or steps[0] == "$" or " " in dotted:
        return (name.strip(),)
    return steps


class Places:
    """Where the properties of a rule stand, by the paths that people write."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.root = area_pointer(rule)

    def find(self, name: str) -> str | None:
        """The pointer of a property that is there, by its path or its plain name."""
        wanted = {name.strip(), ".".join(path_of(name))}
        return next((one.at for one in properties(self.rule) if one.path in wanted), None)

    def pointer(self, path: tuple[str, ...]) -> str:
        found = self.root
        for step in path:
            found = f"{found}/items" if step == "$" else below(found, step)
        return found

    def added(self, name: str, *, is_required: bool) -> list[Change]:
        """The changes that add the property, and the objects and lists above it that are not there yet."""
        path, changes = path_of(name), []
        while len(path) > 1 and path[-1] == "$":  # `products[]` is the list itself
            path = path[:-1]
        for end in range(1, len(path)):
            if path[end - 1] == "$" or at(self.rule.schema, self.pointer(path[:end])) is not None:
                continue
            is_list = path[end] == "$"
            holder: dict[str, Any] = (
                {"type": "array", "items": {"type": "object"}} if is_list else {"type": "object"}
            )
            changes.append(self._add(path[:end], holder, is_required=False))
        return [*changes, self._add(path, {}, is_required=is_required)]

    def _add(self, path: tuple[str, ...], schema: dict[str, Any], *, is_required: bool) -> Change:
        return {
            "op": "add_property",
            "of": identity(self.rule),
            "at": self.pointer(path[:-1]),
            "name": path[-1],
            "schema": schema,
            "required": is_required,
        }
