"""A tracking plan as a frozen value; its document (DESIGN 7.5) read, checked for shape, written back without loss."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RULE_TYPES = ("track", "identify", "group", "page", "screen", "common")
NAMED_TYPES = frozenset(("track", "page", "screen"))
IMPORTANCE = ("critical", "normal")
STATUSES = ("planned", "live", "deprecated")
PRESENCE = ("required", "optional", "never")  # of an event in a source
PII = ("none", "email", "name", "phone", "address", "financial", "health", "sensitive")
FORMAT = 1

_RULE_KEYS = ("type", "name", "version", "schema", "meta")
_PLAN_KEYS = (
    "planwright",
    "name",
    "description",
    "owner",
    "naming",
    "closed",
    "metrics",
    "lint",
    "properties",
    "groups",
    "rules",
)

type_names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: where (`rules.3.schema.type`, '' for the whole) and what."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class PlanError(ValueError):
    """The document is not a plan. `problems` names every place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems[:5]))
        self.problems = problems


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """What one event (or call type) should look like. Identity: (`type`, `name`, `version`).

    `name` is '' where the type has no names and for the nameless page or screen rule. `schema` is JSON
    Schema of the whole message. `extra` holds keys this release does not know; `keys` the order in which
    the document had them.
    """

    type: str
    name: str
    version: int
    schema: Any
    meta: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] | None = None

    @property
    def identity(self) -> tuple[str, str, int]:
        return self.type, self.name, self.version

    @property
    def is_critical(self) -> bool:
        return self.meta.get("importance") == "critical"

    def to_document(self) -> dict[str, Any]:
        """The rule as the document had it: same keys in the same order."""
        known: dict[str, Any] = {
            "type": self.type,
            "name": self.name,
            "version": self.version,
            "schema": self.schema,
            "meta": self.meta,
        }
        usual = (key for key in _RULE_KEYS if key not in ("name", "meta") or known[key])
        return _in_order(tuple(usual) if self.keys is None else self.keys, known, self.extra)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.to_document() == other.to_document()

    def __hash__(self) -> int:
        return hash(self.identity)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A tracking plan. Everything in it is to be read, never changed in place."""

    name: str = ""
    description: str = ""
    owner: str = ""
    naming: Mapping[str, Any] = field(default_factory=dict)
    closed: bool = False
    metrics: tuple[Mapping[str, Any], ...] = ()
    lint: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and to_document(self) == to_document(other)

    def __hash__(self) -> int:
        return hash((self.name, len(self.rules)))


def from_document(document: object) -> Plan:
    """The plan a document (parsed JSON of DESIGN 7.5) describes.

    Keys it does not know are kept. Raises `PlanError` naming every place that has the wrong shape; whether
    the schemas can be used is `validation.problems_of`'s to say.
    """
    if not isinstance(document, dict):
        raise PlanError([Problem("", f"A plan is an object, not {_kind(document)}.")])
    reading = _Reading()
    plan = reading.plan(document)
    if reading.problems:
        raise PlanError(reading.problems)
    return plan


def rule_from_document(document: object) -> Rule:
    """One rule out of its document. Raises `PlanError`."""
    reading = _Reading()
    rule = reading.rule("", document)
    if rule is None or reading.problems:
        raise PlanError(reading.problems)
    return rule


def to_document(plan: Plan) -> dict[str, Any]:
    """What `from_document` read: with every unknown key, and the keys in their order."""
    known: dict[str, Any] = {
        "planwright": FORMAT,
        "name": plan.name,
        "description": plan.description,
        "owner": plan.owner,
        "naming": plan.naming,
        "closed": plan.closed,
        "metrics": list(plan.metrics),
        "lint": plan.lint,
        "properties": plan.properties,
        "groups": plan.groups,
        "rules": [rule.to_document() for rule in plan.rules],
    }
    usual = (key for key in _PLAN_KEYS if key in ("planwright", "name", "rules") or known[key])
    return _in_order(tuple(usual) if plan.keys is None else plan.keys, known, plan.extra)


def _in_order(keys: tuple[str, ...], known: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    document = {
        key: extra[key] if key in extra else known[key] for key in keys if key in extra or key in known
    }
    document.update((key, value) for key, value in extra.items() if key not in document)
    return document


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    return type_names.get(type(value), "a number" if isinstance(value, int | float) else type(value).__name__)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


class _Reading:
    """One pass over a document, collecting problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def value(self, document: dict[str, Any], path: str, key: str, kind: type, default: Any) -> Any:
        """`document[key]` if it is of the right kind; null and absent give the default."""
        value = document.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            self.wrong(_join(path, key), f"Should be {type_names[kind]}, not {_kind(value)}.")
            return default
        return value

    def plan(self, document: dict[str, Any]) -> Plan:
        if document.get("planwright", FORMAT) != FORMAT:
            self.wrong(
                "planwright", f"Should be {FORMAT}: this release reads no other format of plan documents."
            )
        rules = self.value(document, "", "rules", list, [])
        if "rules" in document and document["rules"] is None:
            self.wrong("rules", "Should be a list, not nothing.")
        metrics = self.items(document, "metrics")
        self.properties(document)
        self.groups(document)
        read = [self.rule(f"rules.{index}", item) for index, item in enumerate(rules)]
        self.repeats(read)
        nulls = {key: None for key in _PLAN_KEYS if key in document and document[key] is None}
        return Plan(
            name=self.value(document, "", "name", str, ""),
            description=self.value(document, "", "description", str, ""),
            owner=self.value(document, "", "owner", str, ""),
            naming=self.value(document, "", "naming", dict, {}),
            closed=self.value(document, "", "closed", bool, None) or False,
            metrics=tuple(metrics),
            lint=self.value(document, "", "lint", dict, {}),
            properties=self.value(document, "", "properties", dict, {}),
            groups=self.value(document, "", "groups", dict, {}),
            rules=tuple(rule for rule in read if rule is not None),
            extra={key: value for key, value in document.items() if key not in _PLAN_KEYS} | nulls,
            keys=tuple(document),
        )

    def items(self, document: dict[str, Any], key: str, path: str = "") -> list[dict[str, Any]]:
        """A list of objects."""
        found = self.value(document, path, key, list, [])
        for index, item in enumerate(found):
            if not isinstance(item, dict):
                self.wrong(_join(path, f"{key}.{index}"), f"Should be an object, not {_kind(item)}.")
        return [item for item in found if isinstance(item, dict)]

    def properties(self, document: dict[str, Any]) -> None:
        for name, schema in self.value(document, "", "properties", dict, {}).items():
            if not isinstance(schema, dict | bool):
                self.wrong(f"properties.{name}", f"Should be a JSON Schema, not {_kind(schema)}.")

    def groups(self, document: dict[str, Any]) -> None:
        for name, members in self.value(document, "", "groups", dict, {}).items():
            if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
                self.wrong(f"groups.{name}", "Should be a list of names of shared properties.")

    def rule(self, path: str, document: object) -> Rule | None:
        if not isinstance(document, dict):
            self.wrong(path, f"A rule is an object, not {_kind(document)}.")
            return None
        kind = self.type(path, document)
        schema = document.get("schema", {})
        if not isinstance(schema, dict | bool):
            self.wrong(_join(path, "schema"), f"Should be a JSON Schema (an object), not {_kind(schema)}.")
        meta = self.value(document, path, "meta", dict, {})
        self.meta(_join(path, "meta"), meta)
        nulls = {key: None for key in _RULE_KEYS if key in document and document[key] is None}
        return Rule(
            type=kind,
            name=self.name(path, document, kind),
            version=self.version(path, document),
            schema=schema,
            meta=meta,
            extra={key: value for key, value in document.items() if key not in _RULE_KEYS} | nulls,
            keys=tuple(document),
        )

    def type(self, path: str, document: dict[str, Any]) -> str:
        kind = document.get("type")
        if isinstance(kind, str) and kind in RULE_TYPES:
            return kind
        hint = " Write it in lower case." if isinstance(kind, str) and kind.lower() in RULE_TYPES else ""
        self.wrong(_join(path, "type"), f"Should be one of {', '.join(RULE_TYPES)}.{hint}")
        return ""

    def name(self, path: str, document: dict[str, Any], kind: str) -> str:
        name: str = self.value(document, path, "name", str, "")
        if kind == "track" and not document.get("name"):
            self.wrong(_join(path, "name"), "A track rule needs the name of its event.")
        elif name and kind and kind not in NAMED_TYPES:
            self.wrong(
                _join(path, "name"), f"A rule of type {kind} has no name: there is one for all such calls."
            )
        return name

    def version(self, path: str, document: dict[str, Any]) -> int:
        version = document.get("version", 1)
        whole = isinstance(version, int) or (isinstance(version, float) and version.is_integer())
        if isinstance(version, bool) or not whole or version < 1:
            self.wrong(_join(path, "version"), "Should be a whole number from 1 up.")
            return 1
        return int(version)

    def meta(self, path: str, meta: dict[str, Any]) -> None:
        for key, allowed in (("importance", IMPORTANCE), ("status", STATUSES)):
            if meta.get(key) is not None and meta[key] not in allowed:
                self.wrong(_join(path, key), f"Should be one of {', '.join(allowed)}.")
        for index, former in enumerate(self.items(meta, "former_names", path)):
            if not isinstance(former.get("name"), str) or not former["name"]:
                self.wrong(f"{path}.former_names.{index}.name", "Should be the name the event had before.")
            if not isinstance(former.get("until"), str | None):
                self.wrong(f"{path}.former_names.{index}.until", "Should be a date like 2026-12-31.")
        for pointer, notes in self.value(meta, path, "properties", dict, {}).items():
            if not isinstance(notes, dict):
                self.wrong(_join(path, f"properties.{pointer}"), f"Should be an object, not {_kind(notes)}.")

    def repeats(self, rules: list[Rule | None]) -> None:
        first: dict[tuple[str, str, int], int] = {}
        for index, rule in enumerate(rules):
            if rule is None or not rule.type:
                continue
            earlier = first.setdefault(rule.identity, index)
            if earlier != index:
                what = f"{rule.type} {rule.name}".strip()
                self.wrong(
                    f"rules.{index}", f"{what}, version {rule.version}, is already there as rules.{earlier}."
                )
