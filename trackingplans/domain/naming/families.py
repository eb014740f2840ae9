"""Names in traffic that differ only in a value made at run time, as one: 318 names like `Product <id> Viewed`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trackingplans.domain.naming.convention import NamingConvention
from trackingplans.domain.naming.inferring import Style
from trackingplans.domain.naming.parsing import ParsedName, parse
from trackingplans.domain.naming.suggesting import suggestions

_MOST_EXAMPLES = 5
_SHOWN = {"number": "<number>", "template": "<value>", "person": "<name>", "sku": "<id>", "hash": "<id>"}
_AS_THEY_STAND = Style(None, None, None, {})


@dataclass(frozen=True, slots=True)
class DynamicFamily:
    """Names that should be one event with a property.

    `pattern` shows the place of the value, `suggestion` the one name (None when nothing would be left of it),
    `names` how many names there are, `count` how often they came, `examples` the commonest.
    """

    pattern: str
    suggestion: str | None
    property: str
    names: int
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        use = f": use `{self.suggestion}` with `{self.property}`" if self.suggestion else ""
        are = "1 name" if self.names == 1 else f"{self.names:,} names"
        return f"{are} like `{self.pattern}`{use}"


def dynamic_families(
    counted: Mapping[str, int] | Iterable[tuple[str, int]], convention: NamingConvention | None = None
) -> list[DynamicFamily]:
    """The families among names with how often each came, the largest first. Names without such values are in none."""
    pairs = counted.items() if isinstance(counted, Mapping) else counted
    groups: dict[str, list[tuple[ParsedName, int]]] = defaultdict(list)
    for name, count in pairs:
        parsed = parse(name, convention)
        if parsed.values:
            groups[pattern_of(parsed)].append((parsed, count))
    families = [_family(pattern, members, convention) for pattern, members in groups.items()]
    return sorted(families, key=lambda family: (-family.names, -family.count, family.pattern))


def pattern_of(parsed: ParsedName) -> str:
    """The name with `<id>`, `<number>`, `<email>` … in the places of its values."""
    pattern, end = "", 0
    for value in parsed.values:
        pattern += parsed.name[end : value.start] + _SHOWN.get(value.kind, f"<{value.kind}>")
        end = value.end
    return pattern + parsed.name[end:]


def _family(
    pattern: str, members: list[tuple[ParsedName, int]], convention: NamingConvention | None
) -> DynamicFamily:
    members.sort(key=lambda member: (-member[1], member[0].name))
    first = members[0][0]
    proposed = suggestions(first, _AS_THEY_STAND, convention or NamingConvention())
    return DynamicFamily(
        pattern=pattern,
        suggestion=proposed[0] if proposed else None,
        property=first.values[0].property,
        names=len(members),
        count=sum(count for _, count in members),
        examples=tuple(parsed.name for parsed, _ in members[:_MOST_EXAMPLES]),
    )
