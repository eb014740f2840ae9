"""Rules made ready for judging: what each reads of a message, and the validators that judge it.

Compiled at the first event, kept within a bound of bytes.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakValueDictionary

import jsonschema_rs
import msgspec
from xxhash import xxh3_128_digest

from trackingplans.domain import accepting, closing, engine
from trackingplans.domain.alone import Alone
from trackingplans.domain.explaining import Explainer
from trackingplans.domain.planned import whole_shape

AREAS = {
    "track": "properties",
    "page": "properties",
    "screen": "properties",
    "identify": "traits",
    "group": "traits",
}
NAMED = frozenset(("track", "page", "screen"))
SENT_BY_SDKS = {
    "page": ("name", "category", "path", "referrer", "search", "title", "url", "keywords"),
    "screen": ("name", "category"),
}
COMMON = "common_schema."
CACHE_BYTES = 256 * 1024 * 1024

_READ_BY_NAME = frozenset(
    (
        "$schema",
        "$id",
        "$comment",
        "id",
        "key",
        "type",
        "title",
        "description",
        "labels",
        "examples",
        "default",
    )
)
_ANNOTATIONS = frozenset(
    ("$id", "$comment", "id", "key", "title", "description", "labels", "examples", "default")
)
# What a compiled rule takes of memory, measured with rules of 1 to 80 properties.
_WEIGHT_OF_RULE = 20_000
_WEIGHT_OF_BYTE = 85


class Compiled:
    """What judging needs of one schema. `reads` names the top-level fields it looks at; None: all of them.

    `accepts` takes the bytes of the message's properties or traits, `is_surely_fine` the message where the schema says
    more than what those are. True: there is nothing at all to report. Either is None where it cannot tell; a no of
    `accepts` means nothing. `alone`: the judge of what the properties or traits hold; None where the schema says more.
    """

    __slots__ = (
        "_iter_errors",
        "_registry",
        "accepts",
        "alone",
        "area",
        "explainer",
        "is_absence_fine",
        "is_surely_fine",
        "reads",
        "reads_areas",
        "schema",
        "shape",
        "weight",
    )

    def __init__(
        self,
        schema: Any,
        area: str,
        also_known: tuple[str, ...],
        registry: jsonschema_rs.Registry | None = None,
    ) -> None:
        ready = engine.prepared(schema)
        self.area = area
        self.schema = ready
        self.reads = fields_read(ready)
        self.reads_areas = self.reads is not None and self.reads <= {"properties", "traits"}
        self.shape = whole_shape(ready)
        self.explainer = Explainer("" if area else COMMON)
        self.accepts: Callable[[Any], bool] | None = None
        self.alone: Alone | None = None
        self.is_surely_fine: Callable[[Any], bool] | None = None
        closed, is_exact = closing.closed(ready, area, also_known)
        self._registry = registry
        self._iter_errors: Callable[[Any], Iterable[jsonschema_rs.ValidationError]] | None = None
        if is_exact and area and _is_envelope(closed, area):
            part = _part(closed, area)
            self.accepts = accepting.acceptor(part)
            said = ready.get("properties", {}).get(area, {})
            self.alone = Alone(engine.validator(part, registry), said, area, self.shape)
            self.is_absence_fine = area not in ready.get("required", ())
        else:
            self._iter_errors = engine.validator(ready, registry).iter_errors
            self.is_absence_fine = False
            if is_exact:
                self.is_surely_fine = engine.validator(closed, registry).is_valid
        size = len(msgspec.json.encode(ready))
        self.weight = _WEIGHT_OF_RULE + _WEIGHT_OF_BYTE * size

    def iter_errors(self, message: Any) -> Iterable[jsonschema_rs.ValidationError]:
        """The engine's errors about a whole message. Where the rule only speaks of an area, few ask: made then."""
        if self._iter_errors is None:
            self._iter_errors = engine.validator(self.schema, self._registry).iter_errors
        return self._iter_errors(message)


def _is_envelope(schema: Any, area: str) -> bool:
    """Whether a schema only says what the properties (or traits) of the message are."""
    if fields_read(schema) != frozenset((area,)) or schema.get("type", "object") != "object":
        return False
    return isinstance(schema["properties"].get(area), dict) if "properties" in schema else False


def _part(schema: dict[str, Any], area: str) -> Any:
    """The schema of the area, of the same draft unless it names its own."""
    inner = schema["properties"][area]
    return {"$schema": schema["$schema"], **inner} if "$schema" in schema else inner


def fields_read(schema: Any) -> frozenset[str] | None:
    """The top-level fields of a message that a schema can have an opinion about; None when it may be any."""
    if not isinstance(schema, dict):
        return frozenset()
    if any(
        keyword not in ("properties", "required", "definitions", "$defs", *_READ_BY_NAME)
        for keyword in schema
    ):
        return None
    properties = schema.get("properties")
    required = schema.get("required")
    read = set(required) if isinstance(required, list) else set()
    if isinstance(properties, dict):
        read.update(name for name, node in properties.items() if not _says_nothing(node))
    return frozenset(name for name in read if isinstance(name, str))


def _says_nothing(node: Any) -> bool:
    return node is True or (isinstance(node, dict) and _ANNOTATIONS.issuperset(node))


class Slot:
    """One schema's place in the cache: compiled or not, shared by all rules of equal content."""

    __slots__ = ("__weakref__", "_area", "_known", "_schema", "problem", "ready", "was_used")

    def __init__(self, schema: Any, area: str, also_known: tuple[str, ...]) -> None:
        self._schema = schema
        self._area = area
        self._known = also_known
        self.ready: Compiled | None = None
        self.problem = ""
        self.was_used = False

    def compiled(self) -> Compiled | None:
        """The rule ready for judging; None when the engine refuses it (`problem` says why)."""
        self.was_used = True
        if self.ready is None and not self.problem:
            try:
                self.ready = Compiled(self._schema, self._area, self._known)
            except (engine.UnusableSchema, RecursionError) as error:
                self.problem = str(error)
            else:
                _cache.keep(self, self.ready.weight)
        return self.ready

    def forget(self) -> None:
        self.ready = None


class Cache:
    """Compiled rules within a bound of bytes; the ones not used since the last look are forgotten first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._kept: dict[Slot, int] = {}
        self._slots: WeakValueDictionary[bytes, Slot] = WeakValueDictionary()
        self._lock = threading.Lock()

    def slot(self, schema: Any, area: str, also_known: tuple[str, ...]) -> Slot:
        """The slot of a schema, the same one for equal content."""
        digest = xxh3_128_digest(_content(schema, area, also_known))
        with self._lock:
            found = self._slots.get(digest)
            if found is None:
                found = self._slots[digest] = Slot(schema, area, also_known)
            return found

    def keep(self, slot: Slot, weight: int) -> None:
        """Count a freshly compiled rule and forget others until the bound holds."""
        with self._lock:
            if slot in self._kept:
                return
            self._kept[slot] = weight
            self.size += weight
            while self.size > self.limit and len(self._kept) > 1:
                oldest = next(iter(self._kept))
                if oldest is slot or oldest.was_used:
                    oldest.was_used = False
                    self._kept[oldest] = self._kept.pop(oldest)
                else:
                    self.size -= self._kept.pop(oldest)
                    oldest.forget()


def _content(*parts: Any) -> bytes:
    try:
        return msgspec.json.encode(parts)
    except (UnicodeEncodeError, RecursionError, ValueError):
        return repr(parts).encode(
            "utf-8", "backslashreplace"
        )  # it will not compile either; no two are the same


_cache = Cache(CACHE_BYTES)
slot_for = _cache.slot
