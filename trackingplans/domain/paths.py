"""Places in a JSON value: lists of keys and JSON pointers, and a copy with something else at such a place."""

import marshal
from collections.abc import Callable, Sequence
from typing import Any

MISSING: Any = object()
_NO_REFERENCES = 2  # the version of marshal's format: later ones depend on who else holds a value
Key = str | int
Steps = tuple[str, ...]


class NoSuchPlace(ValueError):
    """A path or pointer leads nowhere."""


def steps_of(pointer: str) -> Steps:
    """The steps of a JSON pointer; '' is the value itself. Raises NoSuchPlace."""
    if pointer and not pointer.startswith("/"):
        raise NoSuchPlace("A JSON pointer starts with a slash.")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def pointer_of(steps: Sequence[Key]) -> str:
    """The opposite of `steps_of`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def found(value: Any, path: Sequence[Key]) -> Any:
    """What stands at the path; MISSING where nothing does."""
    for key in path:
        if isinstance(value, dict) and str(key) in value:
            value = value[str(key)]
        elif isinstance(value, list) and (index := _index(value, key)) is not None:
            value = value[index]
        else:
            return MISSING
    return value


def put(value: Any, path: Sequence[Key], new: Any) -> Any:
    """A copy of the value with `new` at the path (MISSING: nothing there); objects on the way are made.

    What is not on the way is shared with the original. Raises NoSuchPlace for an item a list does not have.
    """
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, list):
        return _put_in_list(value, key, rest, new)
    inside: dict[str, Any] = value if isinstance(value, dict) else {}
    if new is MISSING and str(key) not in inside:
        return value
    below = put(inside.get(str(key)), rest, new)
    if below is MISSING:
        return {name: kept for name, kept in inside.items() if name != str(key)}
    return {**inside, str(key): below}


def _put_in_list(value: list[Any], key: Key, rest: Sequence[Key], new: Any) -> list[Any]:
    index = _index(value, key)
    if index is None:
        raise NoSuchPlace(f"The list has no item {key}.")
    below = put(value[index], rest, new)
    return [*value[:index], *([] if below is MISSING else [below]), *value[index + 1 :]]


def _index(value: list[Any], key: Key) -> int | None:
    index = int(key) if isinstance(key, int) or (key.isdecimal() and len(key) < 7) else -1
    return index if 0 <= index < len(value) else None


def changed_at(
    value: Any, path: Sequence[Key], change: Callable[[Any], Any], make: Callable[[Key], Any] | None = None
) -> Any:
    """A copy in which `change` made something else of what stands at the path.

    `make` gives what is to stand below a key where nothing does yet; without it that raises NoSuchPlace.
    """
    if not path:
        return change(value)
    key, rest = path[0], path[1:]
    inner = found(value, (key,))
    if inner is MISSING:
        if make is None or isinstance(value, list):
            raise NoSuchPlace(f"There is no {key} at this place.")
        inner = make(key)
    return put(value, (key,), changed_at(inner, rest, change, make))


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, true and 1 told apart. The order of keys says nothing."""
    if one is other:
        return True
    if one != other:
        return False
    if not isinstance(one, dict | list):
        return isinstance(one, bool) == isinstance(other, bool)
    # Equal bytes are equal values, true and 1 apart, found out in C; other bytes may only be keys in another order.
    return marshal.dumps(one, _NO_REFERENCES) == marshal.dumps(other, _NO_REFERENCES) or _same(one, other)


def _same(one: Any, other: Any) -> bool:
    """For values that are equal as Python sees it."""
    if isinstance(one, dict):
        return all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool)
