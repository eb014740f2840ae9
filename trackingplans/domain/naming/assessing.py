"""Names judged, each alone and all together."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from trackingplans.domain.naming.comparing import MOST_RELATED, Comparison, Merged, Twin
from trackingplans.domain.naming.convention import NamingConvention
from trackingplans.domain.naming.families import pattern_of
from trackingplans.domain.naming.inferring import style_of
from trackingplans.domain.naming.judgement import Issue, Judgement
from trackingplans.domain.naming.judging import Judge
from trackingplans.domain.naming.parsing import ParsedName, parse
from trackingplans.domain.naming.reading import Order
from trackingplans.domain.naming.suggesting import suggestions
from trackingplans.domain.naming.wordlists import word_set

# Issues that rest on how a name was read: from a reading that is not sure they never block.
_OF_GRAMMAR = frozenset(("order", "tense", "vocabulary", "synonym", "near_duplicate", "property_in_name"))
# What a rename in the plan's style mends.
_MENDED = word_set(
    """
    casing duplicate dynamic_name forbidden_word order property_in_name separator synonym tense
    """
)


def judge(
    names: Sequence[str],
    convention: NamingConvention | None = None,
    kind: str = "event",
    existing: Collection[str] = (),
) -> list[Judgement]:
    """Judge names (of events, properties or traits) in their order, each alone and all beside each other.

    `existing` are names that the plan or its traffic had before: names are compared with them too, and an issue of
    one of them is at most a warning, unless the convention's scope is `all`.
    """
    convention = convention or NamingConvention()
    together = _Together(names, convention, kind, existing)
    judged = {name: together.judgement(name) for name in dict.fromkeys(names)}
    return [judged[name] for name in names]


class _Together:
    """All names at hand, parsed once and compared once."""

    def __init__(
        self, names: Sequence[str], convention: NamingConvention, kind: str, existing: Collection[str]
    ) -> None:
        self.convention = convention
        self.kind = kind
        self.existing = frozenset(existing)
        everything = dict.fromkeys([*existing, *names])
        self.parsed = {name: parse(name, convention, kind) for name in everything}
        parsed = list(self.parsed.values())
        self.style = style_of(convention, kind, parsed)
        alone = Judge(kind, self.style, convention)
        self.alone = {one.name: alone.issues(one) for one in parsed}
        right = {name for name, issues in self.alone.items() if not issues}
        comparison = Comparison(parsed, self.existing, right)
        self.twins = comparison.twins()
        self.merged = comparison.merged() if kind == "event" else {}
        self.objects = self._objects_by_action()
        self.families = self._families()

    def _objects_by_action(self) -> dict[tuple[str, str], list[str]]:
        """What other names act on, to offer it to a name that has no object: the likeliest first."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in self.parsed.values():
            if one.object and one.confidence == "high":
                found[one.reading.lemma, one.reading.particle].append(one.object)
        return found

    def _families(self) -> dict[str, list[str]]:
        """Names that differ only in a value made at run time, by their pattern."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.parsed.values():
            if one.values:
                found[pattern_of(one)].append(one.name)
        return found

    def judgement(self, name: str) -> Judgement:
        parsed = self.parsed[name]
        issues: list[Issue] = []
        proposed: list[str] = []
        if name not in self.convention.exceptions:
            issues = [*self._with_family(parsed), *self._beside_others(parsed)]
            issues = [self._with_severity(issue, parsed) for issue in issues if issue.severity != "off"]
            proposed = self._proposed(parsed, issues)
            issues = [self._with_suggestion(issue, proposed) for issue in issues]
        return Judgement(name, parsed, tuple(issues), tuple(proposed), parsed.confidence)

    def _with_family(self, parsed: ParsedName) -> list[Issue]:
        """The issues of a name alone; what is dynamic with the other names of its family."""
        if not parsed.values:
            return self.alone[parsed.name]
        others = [
            name for name in self.families[pattern_of(parsed)][: MOST_RELATED + 1] if name != parsed.name
        ]
        related = tuple(others[:MOST_RELATED])
        return [
            issue._replace(related=related) if issue.code.startswith("dynamic") else issue
            for issue in self.alone[parsed.name]
        ]

    def _with_severity(self, issue: Issue, parsed: ParsedName) -> Issue:
        is_old = parsed.name in self.existing and self.convention.scope == "new"
        is_unsure = parsed.confidence == "low" and issue.code in _OF_GRAMMAR
        return issue._replace(severity="warn") if is_old or is_unsure else issue

    def _with_suggestion(self, issue: Issue, proposed: list[str]) -> Issue:
        if issue.suggestion is None and issue.code in _MENDED and proposed:
            return issue._replace(suggestion=proposed[0])
        return issue

    def _beside_others(self, parsed: ParsedName) -> Iterator[Issue]:
        for twin in self.twins.get(parsed.name, ()):
            yield from self._of_twin(parsed, twin)
        found = self.merged.get(parsed.name)
        if found is not None:
            token = parsed.tokens[found.place]
            message = (
                f"`{parsed.name}` and `{found.siblings[0]}` are one event: `{token.text}` is a value, "
                f"for a property like `{found.property}`."
            )
            yield self._issue(
                "property_in_name",
                message,
                (token.start, token.end),
                suggestion=self._without(parsed, found),
                related=found.siblings,
            )

    def _of_twin(self, parsed: ParsedName, twin: Twin) -> Iterator[Issue]:
        span = (0, len(parsed.name))
        stays = twin.kept == parsed.name
        other = twin.related[0]
        suggestion = None if stays else twin.kept
        near = "near_duplicate" if self.kind == "event" else "property_near_duplicate"
        what = {"event": "event", "trait": "trait"}.get(self.kind, "property")
        if twin.kind == "exact":
            message = f"This is `{other}` again: they differ only by case or separators."
            issue = self._issue("duplicate", message, span, suggestion=suggestion, related=twin.related)
            yield issue._replace(severity="warn") if stays and issue.severity == "error" else issue
        if twin.kind != "exact" or self.kind != "event":
            message = f"This seems to be the same {what} as `{other}`: keep one of them."
            if twin.kind == "typo":
                message = f"This seems to be `{other}` with a typing error: keep one of them."
            yield self._issue(near, message, span, suggestion=suggestion, related=twin.related)

    def _issue(
        self,
        code: str,
        message: str,
        span: tuple[int, int],
        *,
        suggestion: str | None,
        related: tuple[str, ...],
    ) -> Issue:
        return Issue(code, self.convention.severity_of(code), message, span, suggestion, related)

    def _proposed(self, parsed: ParsedName, issues: list[Issue]) -> list[str]:
        """Names that would be right, best first: the one event of several, then this one in the plan's style."""
        codes = {issue.code for issue in issues}
        if not codes & _MENDED:
            return []
        first = [one.suggestion for one in issues if one.code == "property_in_name" and one.suggestion]
        seen = self.objects.get((parsed.reading.lemma, parsed.reading.particle), [])
        usual = list(dict.fromkeys(seen))[:2] if parsed.order == Order.ACTION_ONLY else []
        own = suggestions(parsed, self.style, self.convention, usual)
        kept = [one.suggestion for one in issues if one.code == "duplicate" and one.suggestion]
        return list(dict.fromkeys([*first, *own, *kept]))[:3]

    def _without(self, parsed: ParsedName, found: Merged) -> str | None:
        """The name without its value, in the plan's style."""
        token = parsed.tokens[found.place]
        rest = parse(
            " ".join((parsed.name[: token.start] + parsed.name[token.end :]).split()), self.convention
        )
        if rest.order in (Order.NONE, Order.OBJECT_ONLY):
            return None
        proposed = suggestions(rest, self.style, self.convention)
        return proposed[0] if proposed else rest.name
