"""What a schema with references can cost: how many ways lead through it to one value of a message.

Validators follow every way. References that double at each step make 2 to the 64th out of a few lines, so
such a schema is refused when the plan is saved, and never run.
"""

from collections.abc import Iterator
from typing import Any

from trackingplans.domain import schemas

MAX_WAYS = 500
MESSAGE_DEPTH = 64

_SAME_VALUE = frozenset(
    ("allOf", "anyOf", "oneOf", "if", "then", "else", "not", "dependencies", "dependentSchemas")
)
_ANY_KEY = ""


class EndlessReference(ValueError):
    """A `$ref` leads back to itself without going into the message."""


def is_affordable(schema: Any) -> bool:
    """Whether no value of a message is reached in more than `MAX_WAYS` ways. Raises `EndlessReference`."""
    nodes = {id(node): node for _, node in schemas.walk(schema) if isinstance(node, dict)}
    if not any("$ref" in node for node in nodes.values()):
        return True
    same = {key: [id(child) for child in _same_value(schema, node)] for key, node in nodes.items()}
    below = {key: list(_below(node)) for key, node in nodes.items()}
    order = _inner_first(same)
    ways = dict.fromkeys(nodes, 0)
    for _ in range(MESSAGE_DEPTH):
        deeper = ways
        ways = {}
        for key in order:
            ways[key] = 1 + sum(ways[child] for child in same[key]) + _most(below[key], deeper)
            if ways[key] > MAX_WAYS + len(nodes):
                return False
    return True


def _same_value(root: Any, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that look at the same value as this one."""
    target = schemas.local(root, node["$ref"]) if "$ref" in node else None
    if isinstance(target, dict):
        yield target
    for step, child in schemas.children(node):
        if step[0] in _SAME_VALUE and isinstance(child, dict):
            yield child


def _below(node: dict[str, Any]) -> Iterator[tuple[str | int, int]]:
    """The schemas that look at values inside of this one's, each with the key it is for."""
    for step, child in schemas.children(node):
        if step[0] in _SAME_VALUE or step[0] in ("definitions", "$defs") or not isinstance(child, dict):
            continue
        is_named = step[0] == "properties" or (step[0] in ("items", "prefixItems") and len(step) == 2)
        yield step[1] if is_named else _ANY_KEY, id(child)


def _most(children: list[tuple[str | int, int]], ways: dict[int, int]) -> int:
    """The most ways into any one inner value."""
    anywhere = sum(ways[child] for key, child in children if key == _ANY_KEY)
    named: dict[str | int, int] = {}
    for key, child in children:
        if key != _ANY_KEY:
            named[key] = named.get(key, 0) + ways[child]
    return anywhere + max(named.values(), default=0)


def _inner_first(edges: dict[int, list[int]]) -> list[int]:
    """The nodes, each after all that it leads to; without recursion."""
    order: list[int] = []
    state: dict[int, int] = {}  # 1: on the way, 2: done
    for start in edges:
        stack = [start]
        while stack:
            node = stack[-1]
            if state.get(node) == 2:
                stack.pop()
                continue
            state[node] = 1
            unfinished = [child for child in edges.get(node, ()) if state.get(child) != 2]
            if any(state.get(child) == 1 for child in unfinished):
                raise EndlessReference
            if unfinished:
                stack.extend(unfinished)
            else:
                state[node] = 2
                order.append(node)
                stack.pop()
    return order
