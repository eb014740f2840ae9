"""Names judged one at a time, quickly: by a convention and the style of the names there are, without comparing."""

from collections.abc import Sequence

from trackingplans.domain.naming.convention import NamingConvention
from trackingplans.domain.naming.inferring import style_of
from trackingplans.domain.naming.judgement import Judgement
from trackingplans.domain.naming.judging import Judge
from trackingplans.domain.naming.parsing import parse
from trackingplans.domain.naming.suggesting import suggestions

MOST_LOOKED_AT = 300  # names, evenly spread: enough to tell their style


class Advice:
    """`existing`: the names that the plan has of this kind; comparing with them is `assessing.judge`'s."""

    def __init__(self, convention: NamingConvention, kind: str, existing: Sequence[str]) -> None:
        looked_at = existing[:: max(1, len(existing) // MOST_LOOKED_AT)][:MOST_LOOKED_AT]
        self._convention, self._kind = convention, kind
        self._style = style_of(convention, kind, [parse(name, convention, kind) for name in looked_at])
        self._judge = Judge(kind, self._style, convention)

    def on(self, name: str) -> Judgement:
        """What is wrong with a new name by itself, and what would be right."""
        parsed = parse(name, self._convention, self._kind)
        if name in self._convention.exceptions:
            return Judgement(name, parsed, (), (), parsed.confidence)
        issues = tuple(issue for issue in self._judge.issues(parsed) if issue.severity != "off")
        proposed = suggestions(parsed, self._style, self._convention) if issues else []
        better = tuple(one for one in proposed if one != name)
        return Judgement(name, parsed, issues, better, parsed.confidence)
