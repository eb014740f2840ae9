"""What a heading of several words speaks of: `Short description of the trigger`, `event_parameter_value`.

The last resort of `headings`, for what no list can hold: one word says of what (an event, a property), one what of it.
What is neither is passed over, so the most telling words come first.
"""

_PROPERTY = frozenset(
    ("property", "properties", "parameter", "parameters", "param", "params", "attribute", "attributes", "prop", "props",
     "field", "fields", "trait", "traits", "variable", "variables", "argument", "arguments", "dimension", "dimensions")
)  # fmt: skip
_EVENT = frozenset(("event", "events", "hit", "track"))
_MOST_WORDS = 6  # of a heading; what is longer is a remark
# In the order in which they decide: a "trigger description" says when, a "required property type" the type.
_ASPECTS = (
    ("pii", "pii gdpr privacy sensitive sensitivity personal"),
    ("trigger", "trigger triggers triggered fires fired firing"),
    ("purpose", "purpose why question questions rationale hypothesis reason"),
    ("owner", "owner owners team squad responsible"),
    ("importance", "priority importance criticality"),
    ("links", "jira ticket tickets link links"),
    ("kind", "type types datatype format"),
    ("enum", "allowed possible accepted enum options choices"),
    ("example", "example examples sample samples value values"),
    ("text", "description descriptions definition notes note comment comments details explanation meaning"),
    ("must", "required mandatory compulsory"),
    ("may", "optional"),
    ("state", "status state lifecycle"),
    ("name", "name names title key"),
)  # fmt: skip
_ASPECT_OF = {word: aspect for aspect, words in _ASPECTS for word in words.split()}
_RANK = {aspect: rank for rank, (aspect, _) in enumerate(_ASPECTS)}
_OF_EVENT = {"trigger": "trigger", "purpose": "purpose", "owner": "owner", "importance": "importance",
             "links": "links", "text": "about", "state": "state", "name": "event"}  # fmt: skip
_OF_PROPERTY = {
    "kind": "kind",
    "enum": "enum",
    "example": "example",
    "text": "description",
    "name": "property",
    "pii": "pii",
}
_OF_EITHER = {
    "pii": "pii",
    **{key: _OF_EVENT[key] for key in ("trigger", "purpose", "owner", "importance", "links", "text")},
}


def field(heading: str, *, is_listing: bool) -> str:
    """The key of the field that a plain heading speaks of, '' for none.

    `is_listing`: the column's cells hold several things each. Then "required properties" are names of properties;
    else whether one is required.
    """
    words = heading.split()
    if not words or len(words) > _MOST_WORDS:
        return ""
    aspects = sorted({_ASPECT_OF[word] for word in words if word in _ASPECT_OF}, key=_RANK.__getitem__)
    aspect = aspects[0] if aspects else ""
    if _PROPERTY.intersection(words):
        if aspect in ("must", "may"):
            return {"must": "musts", "may": "mays"}[aspect] if is_listing else "status"
        return _OF_PROPERTY.get(aspect, "property" if not aspect else "")
    if _EVENT.intersection(words):
        return _OF_EVENT.get(aspect, "")
    return _OF_EITHER.get(aspect, "")
