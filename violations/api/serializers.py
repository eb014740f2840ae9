"""How violations look in REST (DESIGN 7.3), and what may be asked for and changed."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rest_framework import serializers

from accounts.api.fields import Choice
from trackingplans.traffic.timing import written
from violations import changing, triage
from violations.filtering import FAMILIES
from violations.models import Resolution, Sample, ViolationHour
from violations.querying import Window
from violations.routing import Routing

LISTED = "One or more, separated by commas."


class Span(serializers.Serializer[Any]):
    """For the documentation; `violations.filtering` reads it."""

    since = serializers.DateTimeField(
        required=False, help_text="Only what happened from here on; counts are those of the hours since."
    )
    until = serializers.DateTimeField(required=False, help_text="And before this.")


class Asked(Span):
    """The filters of the list."""

    source = serializers.CharField(  # type: ignore[assignment]  # a field's own `source` is another thing
        required=False, help_text=f"Ids of sources. {LISTED}"
    )
    plan = serializers.CharField(required=False, help_text=f"Ids of plans. {LISTED}")
    type = serializers.CharField(required=False, help_text=f"Call types: track, identify … {LISTED}")
    event = serializers.CharField(required=False, help_text="The name of an event; repeat it for several.")
    path = serializers.CharField(required=False, help_text="Where it is wrong; repeat it for several.")
    family = serializers.CharField(required=False, help_text=f"Of {', '.join(FAMILIES)}. {LISTED}")
    code = serializers.CharField(required=False, help_text=f"What is wrong: required, type, enum … {LISTED}")
    status = serializers.CharField(required=False, help_text=f"Of {', '.join(triage.STATUSES)}. {LISTED}")
    team = serializers.CharField(required=False, help_text=f"Slugs of teams, or none. {LISTED}")
    environment = serializers.CharField(
        required=False, help_text=f"Of production, staging, development. {LISTED}"
    )
    change = serializers.CharField(
        required=False,
        help_text=f"What happened in that time, as digests tell it: of {', '.join(changing.CHANGES)}. {LISTED}",
    )
    copied = serializers.CharField(
        required=False,
        help_text=f"With change: what mostly comes from the sources of these teams and is not theirs. {LISTED}",
    )
    cause = serializers.CharField(
        required=False, help_text=f"What made it wrong: traffic, rule (a version of the plan). {LISTED}"
    )
    q = serializers.CharField(required=False, help_text="Words in the event, path, code or sentence.")


class Item(serializers.Serializer[Any]):
    id = serializers.CharField()
    family = serializers.ChoiceField(FAMILIES)
    code = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # as above
    plan = serializers.CharField(allow_null=True)
    type = serializers.CharField(allow_null=True)
    event = serializers.CharField(allow_null=True)
    path = serializers.CharField()
    message = serializers.CharField()
    count = serializers.IntegerField(help_text="In all, or inside since and until.")
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    status = serializers.ChoiceField(triage.STATUSES)
    is_new = serializers.BooleanField(
        help_text="Passed the threshold inside since and until (last 24 hours)."
    )
    team = serializers.CharField(allow_null=True)
    assignee = serializers.EmailField(allow_null=True)
    muted_until = serializers.DateTimeField(allow_null=True)
    resolution = serializers.ChoiceField(Resolution.values, allow_null=True)
    quiet = serializers.BooleanField(help_text="None for a day, with too little traffic to call it fixed.")


class ShownSample(serializers.Serializer[Any]):
    received_at = serializers.DateTimeField()
    release = serializers.CharField(allow_null=True)
    path = serializers.CharField(help_text="With the real index of each list.")
    message = serializers.DictField(help_text="The message, personal values masked.")


class ShownHour(serializers.Serializer[Any]):
    hour = serializers.DateTimeField()
    count = serializers.IntegerField()


class Whole(Item):
    samples = ShownSample(many=True)
    hours = ShownHour(many=True)


class Mute(serializers.Serializer[Any]):
    count = serializers.IntegerField(required=False, min_value=1, max_value=10**12)
    release = serializers.CharField(required=False, max_length=200)
    version = serializers.CharField(required=False, max_length=200)
    reason = serializers.CharField(required=False, max_length=1000)


class Change(serializers.Serializer[Any]):
    """What PATCH takes. Unknown keys are refused, and values that belong to another status."""

    status = Choice(["open", "resolved", "muted"], required=False)
    muted_until = serializers.DateTimeField(required=False, help_text="With muted; seven days when left out.")
    mute = Mute(required=False)
    resolved_in = serializers.CharField(
        required=False, max_length=200, help_text="With resolved: the release that mends it."
    )
    assignee = serializers.EmailField(required=False, allow_null=True, help_text="A member's; null: nobody.")

    belongs_to = {"muted_until": "muted", "mute": "muted", "resolved_in": "resolved"}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wrong = dict.fromkeys(sorted(set(self.initial_data) - set(self.fields)), "There is no such value.")
        for name, status in self.belongs_to.items():
            if name in attrs and attrs.get("status") != status:
                wrong[name] = f'This goes with "status": "{status}".'
        if not wrong and not attrs:
            wrong["(root)"] = "Nothing to change: give status or assignee."
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


def item(violation: Any, routing: Routing, window: Window) -> dict[str, Any]:
    """A row of `querying.found` as REST shows it."""
    team = routing.team_of(violation)
    muted = violation.status_now == triage.MUTED
    return {
        "id": violation.public_id,
        "family": violation.family,
        "code": violation.code,
        "source": violation.source.public_id,
        "plan": violation.plan.public_id if violation.plan else None,
        "type": violation.type or None,
        "event": violation.event or None,
        "path": violation.path,
        "message": violation.message,
        "count": violation.count_then,
        "first_seen_at": written(violation.first_seen_at),
        "last_seen_at": written(violation.last_seen_at),
        "status": violation.status_now,
        "is_new": triage.is_new(violation, window.since, window.until),
        "team": team.slug if team else None,
        "assignee": violation.assignee.email if violation.assignee else None,
        "muted_until": written(violation.muted_until) if muted and violation.muted_until else None,
        "resolution": violation.resolution,
        "quiet": violation.is_quiet_now,
    }


def whole(shown: dict[str, Any], samples: Iterable[Sample], hours: Sequence[ViolationHour]) -> dict[str, Any]:
    """An item with its newest messages and how often it occurred in each hour."""
    return shown | {
        "samples": [
            {
                "received_at": written(sample.received_at),
                "release": sample.release or None,
                "path": sample.path,
                "message": json.loads(sample.message),
            }
            for sample in samples
        ],
        "hours": [{"hour": written(row.hour), "count": row.count} for row in hours],
    }
