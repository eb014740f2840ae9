"""The convention that names follow already, with its support: "83 % of 412 names"; and what a convention asks here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trackingplans.domain.naming.casing import EXAMPLES, Casing
from trackingplans.domain.naming.convention import CONSISTENT, KeyNames, NamingConvention
from trackingplans.domain.naming.parsing import ParsedName, parse
from trackingplans.domain.naming.reading import Order

FEWEST = 4
_MAJORITY = 0.6
_TOLD = {
    "object_action": "name the object first",
    "action_object": "begin with the action",
    "past": "tell what happened in the past",
    "present": "use the present",
}


@dataclass(frozen=True, slots=True)
class Support:
    """How many names of those that can be told follow a setting. `example` is one that does."""

    value: str
    count: int
    total: int
    example: str

    @property
    def share(self) -> float:
        return self.count / self.total if self.total else 0.0

    def __str__(self) -> str:
        told = _TOLD.get(self.value) or f"are in {EXAMPLES[Casing(self.value)]}"
        return f"{self.share:.0%} of {self.total} names {told}".replace("%", " %")


@dataclass(frozen=True, slots=True)
class Inferred:
    """A convention read off names. `support` says for each setting (casing, order, tense) how many follow it.

    A setting that fewer than 60 % follow, or that too few names tell, stays `consistent`; its support is there
    all the same.
    """

    convention: NamingConvention
    support: Mapping[str, Support]


def infer_convention(names: Iterable[str], kind: str = "event") -> Inferred:
    """The convention that most of the names (of events, properties or traits) follow."""
    parsed = [parse(name, None, kind) for name in dict.fromkeys(names)]
    support = supports(parsed)
    agreed = {setting: one.value for setting, one in support.items() if is_majority(one)}
    if kind == "event":
        return Inferred(NamingConvention.from_document({"event": agreed}), support)
    keys = KeyNames(casing=agreed.get("casing", CONSISTENT))
    convention = NamingConvention(trait=keys) if kind == "trait" else NamingConvention(property=keys)
    return Inferred(convention, support)


def is_majority(support: Support) -> bool:
    return support.total >= FEWEST and support.share >= _MAJORITY


def supports(parsed: Sequence[ParsedName]) -> dict[str, Support]:
    """The commonest casing, order and tense of names, each among the names that have one."""
    usual = [one for one in parsed if not one.values]
    casings = [(_casing(one), one.name) for one in usual]
    orders = [(one.order.value, one.name) for one in usual if one.confidence == "high"]
    tenses = [(one.tense[0], one.name) for one in usual if len(one.tense) == 1 and one.confidence == "high"]
    both_orders = (Order.OBJECT_ACTION, Order.ACTION_OBJECT)
    found = {
        "casing": _commonest(casings),
        "order": _commonest([pair for pair in orders if pair[0] in both_orders]),
        "tense": _commonest([pair for pair in tenses if pair[0] in ("past", "present")]),
    }
    return {setting: support for setting, support in found.items() if support is not None}


def _casing(parsed: ParsedName) -> str:
    """Its casing; "" for one word alone, which several casings make."""
    return parsed.casing.value if len(parsed.tokens) > 1 else ""


def _commonest(pairs: list[tuple[str, str]]) -> Support | None:
    counts = Counter(value for value, _ in pairs if value)
    best = next((value for value, _ in counts.most_common() if value != Casing.MIXED.value), None)
    if best is None:
        return None
    example = next(name for value, name in pairs if value == best)
    return Support(best, counts[best], counts.total(), example)


@dataclass(frozen=True, slots=True)
class Style:
    """What is asked of the names at hand; None where nothing is. `reasons` say why, by setting."""

    casing: Casing | None
    order: str | None
    tense: str | None
    reasons: Mapping[str, str]


def style_of(convention: NamingConvention, kind: str, parsed: Sequence[ParsedName]) -> Style:
    """What a convention asks; where it says `consistent`, what most of the names do."""
    asked = {"casing": convention.casing_for(kind)}
    if kind == "event":
        asked |= {"order": convention.event.order, "tense": convention.event.tense}
    reasons = dict.fromkeys(asked, "The plan's convention asks for it")
    found = supports(parsed) if CONSISTENT in asked.values() else {}
    for setting in [setting for setting, value in asked.items() if value == CONSISTENT]:
        support = found.get(setting)
        if support is None or not is_majority(support):
            del asked[setting]
        else:
            asked[setting] = support.value
            reasons[setting] = str(support)
    casing = asked.get("casing")
    return Style(Casing(casing) if casing else None, asked.get("order"), asked.get("tense"), reasons)
