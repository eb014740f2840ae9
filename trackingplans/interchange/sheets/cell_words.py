"""What people write into the cells of a plan: yes and no, types of values, owners."""

import re

CALLS = ("track", "page", "screen", "identify", "group")
_KINDS = {
    "string": "string str text varchar char url uri uuid id guid",
    "number": "number num float double decimal numeric currency money price long real",
    "integer": "integer int whole count",
    "boolean": "boolean bool flag yesno truefalse",
    "object": "object map dict dictionary json struct hash record",
    "array": "array list arrayofstrings stringarray arrayofobjects set",
    "Date time": "datetime timestamp iso8601 isodate dateandtime",
    "date": "date day",
    "Enum": "enum enumeration choice",
    "any": "any mixed unknown",
    "null": "null",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_YES = frozenset(
    ("yes", "y", "true", "1", "x", "✓", "✔", "required", "mandatory", "always", "must", "ja", "oui", "si")
)
_NO = frozenset(
    ("no", "n", "false", "0", "-", "–", "optional", "never", "sometimes", "recommended", "nein", "non", "✗")
)
_LEAST_OF_LIST = re.compile(r"\b(?:array|list)\b|\[\]")


def kind(text: str) -> str | None:
    """The data type a cell means, in the words `csv_reading` knows; '' for an empty cell; None when it means none."""
    lower = text.strip().lower()
    if not lower:
        return ""
    if _LEAST_OF_LIST.search(lower):
        return "array"
    return _KIND_OF.get(re.sub(r"\W|_", "", re.sub(r"\(.*?\)", "", lower)))


def is_yes(text: str) -> bool | None:
    """Whether a cell says yes (required) or no (optional, or nothing); None when it says neither."""
    word = text.strip().lower().rstrip("!?.*")
    return True if word in _YES else False if word in _NO or not word else None


def slug(text: str) -> str:
    """The slug a team of this name has."""
    return re.sub(r"[^a-z0-9]+", "-", text.strip().lower()).strip("-")[:50]


def importance(text: str) -> str:
    """`critical` for what a cell calls most important, '' for all else."""
    return "critical" if text.strip().lower() in ("critical", "high", "p0", "p1", "must", "yes", "1") else ""


def names(text: str) -> list[str]:
    """The properties a cell lists, with commas or line breaks between."""
    return [part.strip(" -•*\t") for part in re.split(r"[\n;,]+", text) if part.strip(" -•*\t")]
