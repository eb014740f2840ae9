"""What people write about events, properties and names, cleaned. Forms never save: the view calls the verb."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from trackingplans.domain.naming import ConventionError, NamingConvention
from trackingplans.domain.naming.casing import EXAMPLES, Casing
from trackingplans.domain.naming.convention import CASINGS, CONSISTENT, ORDERS, TENSES
from trackingplans.domain.plan import IMPORTANCE, PII, PRESENCE, STATUSES, PlanError, Rule
from trackingplans.domain.properties import Property
from trackingplans.domain.sheets.cells import CellError, labels_text, values, values_text
from trackingplans.domain.type_words import FORMATS, TYPES
from trackingplans.interchange import reading
from trackingplans.models import Source

LONGEST = 5_000


_ORDER_WORDS = {
    "object_action": "What it is about, then what happened: Order Completed",
    "action_object": "What happened, then to what: Completed Order",
}
_TENSE_WORDS = {"past": "Past: Order Completed", "present": "Present: Complete Order"}
_AGREE = "As most names do"


def _casings() -> list[tuple[str, str]]:
    return [(word, _AGREE if word == CONSISTENT else EXAMPLES[Casing(word)]) for word in CASINGS]


def _choices(words: Any, empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((word, word.replace("_", " ").capitalize()) for word in words)]


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class EventName(forms.Form):
    """The event's name; with another one, until when messages under the old name count as the event."""

    name = forms.CharField(
        max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"})
    )
    until = forms.DateField(
        required=False,
        label="The former name counts until",
        help_text="Messages under the old name are checked by this event till then. Empty: the old name is dropped.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < self.today:
            raise forms.ValidationError("A former name ends in the future: choose a later day.")
        return until


class EventFacts(forms.Form):
    """All that is said of an event beside its properties."""

    purpose = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Why it exists",
        help_text="The business question it answers.",
    )
    description = forms.CharField(
        required=False, max_length=LONGEST, label="What it is", widget=forms.Textarea(attrs={"rows": 2})
    )
    trigger = forms.CharField(
        required=False, max_length=LONGEST, label="When it fires", widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.ChoiceField(required=False)
    importance = forms.ChoiceField(choices=[(word, word.capitalize()) for word in IMPORTANCE])
    status = forms.ChoiceField(choices=[(word, word.capitalize()) for word in STATUSES])
    labels = forms.CharField(required=False, max_length=LONGEST, help_text="area: shop, new")
    metrics = forms.MultipleChoiceField(
        required=False, label="Metrics it serves", widget=forms.CheckboxSelectMultiple
    )
    code = forms.CharField(
        required=False,
        label="Where in the code",
        help_text="One place a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    links = forms.CharField(
        required=False,
        label="Tickets and links",
        help_text="One a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        rule: Rule,
        teams: Mapping[str, str],
        metrics: list[str],
        sources: list[Source],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = facts_of(rule)
        super().__init__(*args, **kwargs)
        self.sources = sources
        offered = dict(teams) | {slug: slug for slug in [self.initial["owner"]] if slug and slug not in teams}
        self._offer("owner", [("", "Nobody"), *offered.items()])
        known = list(dict.fromkeys([*metrics, *self.initial["metrics"]]))
        self._offer("metrics", [(name, name) for name in known])
        if not known:
            del self.fields["metrics"]
        for source in sources:
            presence = forms.ChoiceField(
                required=False, label=f"{source.name} sends it", choices=_choices(PRESENCE, "Not said")
            )
            release = forms.CharField(required=False, max_length=60, label="Since release")
            self.fields[f"source:{source.slug}"] = presence
            self.fields[f"since:{source.slug}"] = release

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = choices


def facts_of(rule: Rule) -> dict[str, Any]:
    """What the form of an event shows: the facts as it has them now."""
    meta = rule.meta
    schema = rule.schema if isinstance(rule.schema, dict) else {}
    sources, since = meta.get("sources"), meta.get("since_release")
    return {
        "purpose": meta.get("purpose", ""),
        "description": schema.get("description", ""),
        "trigger": meta.get("trigger", ""),
        "owner": meta.get("owner", ""),
        "importance": meta.get("importance") or "normal",
        "status": meta.get("status") or "live",
        "labels": labels_text(schema.get("labels")),
        "metrics": _texts(meta.get("metrics")),
        "code": "\n".join(_texts(meta.get("code"))),
        "links": "\n".join(_texts(meta.get("links"))),
        **{f"source:{slug}": word for slug, word in (sources if isinstance(sources, dict) else {}).items()},
        **{f"since:{slug}": word for slug, word in (since if isinstance(since, dict) else {}).items()},
    }


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


class PropertyFacts(forms.Form):
    """One property, as people speak of it. What its JSON Schema says beyond these fields stays as it is."""

    name = forms.CharField(
        max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"})
    )
    description = forms.CharField(
        required=False, max_length=LONGEST, label="What it is", widget=forms.Textarea(attrs={"rows": 2})
    )
    types = forms.MultipleChoiceField(
        required=False,
        label="Holds",
        choices=[(key, word.capitalize()) for key, word in TYPES.items() if key != "null"],
        widget=forms.CheckboxSelectMultiple,
    )
    required = forms.BooleanField(required=False, label="Required: it is in every message")
    allow_null = forms.BooleanField(required=False, label="May be empty (null)")
    format = forms.CharField(required=False, max_length=60, help_text="Of texts: " + ", ".join(FORMATS))
    enum = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Allowed values",
        help_text="Between commas, or a list in JSON.",
    )
    pattern = forms.CharField(required=False, max_length=500, help_text="A regular expression for texts.")
    try_text = forms.CharField(
        required=False, max_length=500, label="Try the pattern on", help_text="Is not saved."
    )
    minimum = forms.FloatField(required=False, label="At least")
    maximum = forms.FloatField(required=False, label="At most")
    example = forms.CharField(
        required=False, max_length=LONGEST, label="Examples", help_text="Between commas."
    )
    pii = forms.ChoiceField(required=False, label="Personal data", choices=_choices(PII, "Not said"))

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"]
        try:
            re.compile(pattern)
        except re.error as error:
            raise forms.ValidationError(f"This is no regular expression: {error}.") from None
        return pattern

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        schema = {"type": cleaned.get("types") or []}
        for name in ("enum", "example"):
            try:
                cleaned[name] = values(cleaned.get(name, ""), schema) if cleaned.get(name) else []
            except CellError as error:
                self.add_error(name, str(error))
        least, most = cleaned.get("minimum"), cleaned.get("maximum")
        if least is not None and most is not None and least > most:
            self.add_error("maximum", "This is less than “at least”.")
        return cleaned


def property_facts(one: Property, pii: str) -> dict[str, Any]:
    """What the form of a property shows."""
    schema = one.schema
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {
        "name": one.name,
        "description": schema.get("description", ""),
        "types": [kind for kind in kinds if kind != "null"],
        "required": one.is_required,
        "allow_null": "null" in kinds,
        "format": schema.get("format", ""),
        "enum": values_text(schema.get("enum")),
        "pattern": schema.get("pattern", ""),
        "minimum": schema.get("minimum"),
        "maximum": schema.get("maximum"),
        "example": values_text(schema.get("examples")),
        "pii": pii,
    }


class RawSchema(forms.Form):
    """The JSON Schema of the whole message, as text. `schema()` gives it once the form is valid."""

    text = forms.CharField(
        label="JSON Schema of the whole message",
        strip=False,
        widget=forms.Textarea(attrs={"data-code": True, "rows": 20, "spellcheck": "false"}),
    )

    def clean_text(self) -> Any:
        try:
            schema = reading.read(self.cleaned_data["text"])
        except PlanError as error:
            raise forms.ValidationError(str(error.problems[0])) from None
        if not isinstance(schema, dict):
            raise forms.ValidationError("A schema is an object.")
        return schema


class Naming(forms.Form):
    """A plan's naming rules. `document()` is the `naming` of the plan document once the form is valid."""

    event_order = forms.ChoiceField(
        label="Order of words in events", choices=[(word, _ORDER_WORDS.get(word, _AGREE)) for word in ORDERS]
    )
    event_tense = forms.ChoiceField(
        label="Tense of events", choices=[(word, _TENSE_WORDS.get(word, _AGREE)) for word in TENSES]
    )
    event_casing = forms.ChoiceField(label="Casing of events", choices=_casings())
    property_casing = forms.ChoiceField(label="Casing of properties", choices=_casings())
    trait_casing = forms.ChoiceField(label="Casing of traits", choices=_casings())
    max_words = forms.IntegerField(required=False, min_value=1, max_value=50, label="Most words in an event")
    scope = forms.ChoiceField(
        label="Errors for", choices=[("new", "New names only"), ("all", "All names, old ones too")]
    )
    synonyms = forms.CharField(
        required=False,
        label="Say this, not that",
        help_text="One a line: viewed: seen, watched",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    forbidden_words = forms.CharField(required=False, label="Never say", help_text="Between commas.")
    acronyms = forms.CharField(required=False, help_text="Between commas: SKU, FAQ")
    prefixes = forms.CharField(required=False, label="Prefixes", help_text="Left out of the judgement.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                NamingConvention.from_document(self.document({}))
            except ConventionError as error:
                raise forms.ValidationError(str(error)) from None
        return cleaned

    def document(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """`before`: the rules as they were; what the form does not speak of stays."""
        said = self.cleaned_data
        event = _dict(before.get("event")) | {
            key: said[f"event_{key}"] for key in ("order", "tense", "casing")
        }
        event.pop("max_words", None)
        if said.get("max_words"):
            event["max_words"] = said["max_words"]
        found = dict(before) | {
            "event": event,
            "property": {"casing": said["property_casing"]},
            "trait": {"casing": said["trait_casing"]},
            "scope": said["scope"],
            "synonyms": _pairs(said["synonyms"]),
            **{key: _parts(said[key]) for key in ("forbidden_words", "acronyms", "prefixes")},
        }
        return {key: value for key, value in found.items() if value}


def naming_initial(naming: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of naming rules shows."""
    event = _dict(naming.get("event"))
    found: dict[str, list[str]] = {}
    for word, preferred in _dict(naming.get("synonyms")).items():
        if isinstance(preferred, list):
            found.setdefault(word, []).extend(str(one) for one in preferred)
        else:
            found.setdefault(str(preferred), []).append(word)
    return {
        "event_order": event.get("order", "consistent"),
        "event_tense": event.get("tense", "consistent"),
        "event_casing": event.get("casing", "consistent"),
        "property_casing": _dict(naming.get("property")).get("casing", "consistent"),
        "trait_casing": _dict(naming.get("trait")).get("casing", "consistent"),
        "max_words": event.get("max_words"),
        "scope": naming.get("scope", "new"),
        "synonyms": "\n".join(f"{good}: {', '.join(bad)}" for good, bad in found.items()),
        **{key: ", ".join(_texts(naming.get(key))) for key in ("forbidden_words", "acronyms", "prefixes")},
    }


def _dict(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pairs(text: str) -> dict[str, list[str]]:
    found = {}
    for line in lines_of(text):
        good, _, bad = line.partition(":")
        if good.strip() and _parts(bad):
            found[good.strip()] = _parts(bad)
    return found
