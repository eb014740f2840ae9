"""What rules say against each other: one property with two types, versions that keep others from being used."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from trackingplans.domain.linting.problem import Found, Severity, former_names
from trackingplans.domain.linting.slots import Described, Slot
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.sentences import kind_of, one_of

Types = frozenset[str]


def about_types(plan: Plan, events: Sequence[Described]) -> Iterator[Found]:
    """Properties whose type differs from what a shared property, or else most events, say.

    The same property: the same path in properties, or in traits. null beside a type is no other type, nor is a whole
    number among numbers. Where one allows all that the other does, and more, it warns: values of the narrower one fit.
    """
    places: dict[tuple[str, ...], list[tuple[Slot, Types]]] = {}
    for event in events:
        for slot in event.slots:
            types = types_of(slot.nodes)
            if types:
                places.setdefault(slot.path, []).append((slot, types))
    for path, found in places.items():
        shared = types_of([plan.properties.get(path[-1])]) if len(path) == 2 else frozenset()
        if len({types for _, types in found} | ({shared} if shared else set())) > 1:
            yield from _conflict(found, shared)


def about_versions(plan: Plan) -> Iterator[Found]:
    """Rules that are never asked, because another one is asked first."""
    rules: dict[tuple[str, str], list[Rule]] = {}
    for rule in plan.rules:
        rules.setdefault((rule.type, rule.name), []).append(rule)
    for (kind, name), versions in rules.items():
        versions.sort(key=lambda rule: rule.version)
        yield from _of_versions(versions) if kind != "common" else _of_common(versions)
        for former in {former for rule in versions for former in former_names(rule)}:
            if former in (other for other_kind, other in rules if other_kind == kind) and former != name:
                yield Found(
                    "shadowed_rule",
                    f"`{former}` is a former name of `{name}` but still has a rule of its own, so calls under the old "
                    "name are never counted as the event they became.",
                    f"Remove the rule of `{former}`, or the former name.",
                    versions[-1], ("meta", "former_names"), key=f"former {former}",
                )  # fmt: skip


def types_of(nodes: Iterable[Any]) -> Types:
    """The types that the schemas of one value allow, without null, a whole number being a number."""
    found: Types = frozenset()
    for node in nodes:
        if not isinstance(node, dict):
            continue
        said = node.get("type")
        types = said if isinstance(said, list) else [said]
        if said is None and isinstance(node.get("enum"), list):
            types = [kind_of(value) for value in node["enum"][:100]]
        named = _named(tuple([one for one in types if isinstance(one, str)]))
        found = found | named if found else named
    return found


@lru_cache(maxsize=1000)
def _named(types: tuple[str, ...]) -> Types:
    return frozenset("number" if one == "integer" else one for one in types) - {"null"}


def _conflict(found: list[tuple[Slot, Types]], shared: Types) -> Iterator[Found]:
    votes = Counter(types for _, types in found)
    usual = shared or max(votes, key=lambda types: (votes[types], -len(types), sorted(types)))
    example = next((slot for slot, types in found if types == usual), None)
    for slot, types in found:
        if types == usual:
            continue
        where = (
            "its shared property"
            if shared
            else f"`{example.rule.name or example.rule.type}`"
            if example
            else ""
        )
        more = f" and {votes[usual] - 1} more" if not shared and votes[usual] > 1 else ""
        is_wider = types > usual or types < usual
        yield Found(
            "type_conflict",
            f"`{slot.inner}` is {one_of(sorted(types))} in `{slot.rule.name or slot.rule.type}` and "
            f"{one_of(sorted(usual))} in {where}{more}.",
            f"Make it {one_of(sorted(usual))} everywhere, or give the other one a name of its own.",
            slot.rule, slot.steps, key=slot.inner, cause=f"`{slot.inner}`",
            severity=Severity.WARN if is_wider else None,
        )  # fmt: skip


def _of_versions(versions: list[Rule]) -> Iterator[Found]:
    oldest = versions[0]
    for at, rule in enumerate(versions[1:], start=1):
        name = rule.name or rule.type
        same = next((earlier for earlier in versions[:at] if earlier.schema == rule.schema), None)
        if same is not None:
            yield Found(
                "shadowed_rule",
                f"Version {rule.version} of `{name}` says the same as version {same.version}: it changes nothing.",
                "Remove one of them, or change what is new about it.",
                rule, ("version",), key=f"version {rule.version}",
            )  # fmt: skip
        elif _status(oldest) == "deprecated" and _status(rule) != "deprecated":
            yield Found(
                "shadowed_rule",
                f"Version {oldest.version} of `{name}` is deprecated, but still judges every call that does not say "
                f"its version; version {rule.version} only those that say {rule.version}.",
                f"Remove version {oldest.version}, or have senders set `context.protocols.event_version`.",
                rule, ("version",), key=f"version {rule.version}",
            )  # fmt: skip


def _of_common(versions: list[Rule]) -> Iterator[Found]:
    for rule in versions[1:]:
        yield Found(
            "shadowed_rule",
            f"Version {rule.version} of the rule for every message is never used: version {versions[0].version} is.",
            "Keep one rule for every message.",
            rule, ("version",), key=f"version {rule.version}",
        )  # fmt: skip


def _status(rule: Rule) -> object:
    return rule.meta.get("status")
