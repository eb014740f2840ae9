"""What a property holds, in words that are no JSON Schema: written on pages and in sheets, and read back.

`words(read(text))` and `read(words(schema))` agree wherever words can say it all.
"""

import re
from collections.abc import Mapping
from typing import Any

TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "object",
    "array": "list",
    "null": "empty",
}
FORMATS = {
    "date-time": "date and time",
    "date": "date",
    "time": "time",
    "email": "e-mail address",
    "uri": "address (URL)",
    "uuid": "UUID",
    "ipv4": "IPv4 address",
}
# What people write in sheets for the same.
_SAID = {
    "string": "text string str txt varchar char character characters keyword enum enumeration choice id chaîne chaine"
    " texte zeichenkette texto cadena testo stringa",
    "number": "number num float double decimal numeric real money currency amount price percent percentage zahl"
    " dezimalzahl kommazahl betrag nombre numérique décimal número numero",
    "integer": "whole_number integer int long bigint whole count ganzzahl anzahl entier entero intero",
    "boolean": "boolean bool flag checkbox wahrheitswert booléen booleen booleano",
    "object": "object dict dictionary map json record struct hash objekt objet objeto oggetto",
    "array": "list array lists arrays collection set liste tableau lista",
    "null": "empty null nil none nullable leer vide",
}
_SAID_FORMATS = {
    "date-time": "date_and_time datetime date-time timestamp date_time iso_date iso8601 iso_8601"
    " zeitstempel horodatage",
    "date": "date day datum fecha data",
    "time": "time uhrzeit heure",
    "email": "e-mail_address email e-mail email_address courriel",
    "uri": "address_(url) url uri link lien",
    "uuid": "uuid guid",
    "ipv4": "ipv4_address ipv4 ip ip_address",
}
_NAMES = {name.replace("_", " "): kind for kind, names in _SAID.items() for name in names.split()}
_FORMAT_NAMES = {
    name.replace("_", " "): form for form, names in _SAID_FORMATS.items() for name in names.split()
}
_ANYTHING = frozenset(("", "any", "anything", "mixed", "unknown"))
_LIST_OF = re.compile(
    r"(?:list|array)s?\s+of\s+(.+)|(?:list|array|set)\s*[<(\[]\s*(.+?)\s*[>)\]]|(.+?)\s*\[\]|(.+?)[ -](?:list|array)"
)
_REMARK = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]+\]")
_BOOLEAN = re.compile(r"\b(?:true or false|(?:true|yes|ja|oui)\s*/\s*(?:false|no|nein|non))\b")
_IN_FORMAT = re.compile(r"text in the format (\S+)")


class UnknownType(ValueError):
    """The words name no type; its text says which word, and what can be written."""


def words(schema: Mapping[str, Any]) -> str:
    """`text or empty`, `list of objects`, `date and time`; `any` where the schema names no type."""
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    found = [TYPES.get(one, str(one)) if isinstance(one, str) else str(one) for one in types]
    form = schema.get("format")
    if isinstance(form, str) and "text" in found:
        found[found.index("text")] = FORMATS.get(form, f"text in the format {form}")
    if "list" in found and isinstance(schema.get("items"), dict):
        found[found.index("list")] = f"list of {_plural(schema['items'])}"
    return " or ".join(found) or "any"


def _plural(items: Mapping[str, Any]) -> str:
    kind = items.get("type")
    word = TYPES.get(kind, "") if isinstance(kind, str) else ""
    known = {
        "": "anything",
        "text": "texts",
        "object": "objects",
        "list": "lists",
        "true or false": "booleans",
    }
    return known.get(word, f"{word}s")


def read(text: str) -> dict[str, Any]:
    """The keywords `type`, `format` and `items` that the words stand for; {} for anything. Raises `UnknownType`.

    What stands in brackets is a remark where the words say nothing with it: `String (enum)`.
    """
    said = _BOOLEAN.sub("boolean", " ".join(text.casefold().split()))
    try:
        return _read(said, text)
    except UnknownType:
        bare = _REMARK.sub("", said)
        if bare == said or not bare:
            raise
        return _read(bare, text)


def _read(said: str, text: str) -> dict[str, Any]:
    if said in _ANYTHING:
        return {}
    types: list[str] = []
    found: dict[str, Any] = {}
    if said.endswith("?"):
        said, types = said[:-1].rstrip(), ["null"]
    if said.startswith("nullable "):
        said, types = said.removeprefix("nullable "), ["null"]
    own = [keywords for part in re.split(r"\s+or\s+|\s*[|/,;]\s*", said) for keywords in [_one(part, text)]]
    for keywords in own:
        found.update((key, value) for key, value in keywords.items() if key != "type")
    types = list(dict.fromkeys([*(keywords["type"] for keywords in own), *types]))
    return {"type": types[0] if len(types) == 1 else types} | found


def _one(part: str, whole: str) -> dict[str, Any]:
    listed = _LIST_OF.fullmatch(part)
    if listed:
        inner = next(group for group in listed.groups() if group)
        return {"type": "array"} | _items(inner, whole)
    formatted = _IN_FORMAT.fullmatch(part)
    if formatted:
        return {"type": "string", "format": formatted[1]}
    for name in (part, part.removesuffix("s")):
        if name in _FORMAT_NAMES:
            return {"type": "string", "format": _FORMAT_NAMES[name]}
        if name in _NAMES:
            return {"type": _NAMES[name]}
    known = ", ".join(list(TYPES.values())[:5])
    raise UnknownType(f"“{whole.strip()}” is no type. Write {known}, list of texts, date, e-mail address …")


def _items(inner: str, whole: str) -> dict[str, Any]:
    return {} if inner in {"anything", "any"} else {"items": _one(inner, whole)}
