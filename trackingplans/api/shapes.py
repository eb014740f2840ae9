"""What REST says of plans and sources: the shapes for OpenAPI, and the rows in these shapes."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from accounts.api.fields import Choice
from trackingplans import sourcing
from trackingplans.interchange import formats
from trackingplans.models import (
    PlanVersion,
    Source,
    TrackingPlan,
    WriteKey,
    environment_choices,
    source_type_choices,
)

CHANGE_KINDS = ("added", "removed", "renamed", "changed")


class Plan(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="The number of the live version.")
    published_at = serializers.DateTimeField(allow_null=True)
    sources = serializers.ListField(child=serializers.CharField(), help_text="Ids of the sources it checks.")
    created_at = serializers.DateTimeField()


class PlanPage(serializers.Serializer[Any]):
    items = Plan(many=True)
    next = serializers.URLField(allow_null=True)


class Change(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(CHANGE_KINDS)
    type = serializers.CharField(help_text="Of the rule; empty where the plan's own settings changed.")
    name = serializers.CharField()
    version = serializers.IntegerField()
    parts = serializers.ListField(child=serializers.CharField())
    former = serializers.CharField(help_text="What a renamed event was called; else empty.")


class Version(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    message = serializers.CharField()
    published_at = serializers.DateTimeField()
    published_by = serializers.EmailField(allow_null=True)
    is_live = serializers.BooleanField()
    rules = serializers.IntegerField()
    changes = Change(many=True)


class VersionPage(serializers.Serializer[Any]):
    items = Version(many=True)
    next = serializers.URLField(allow_null=True)


class WholeVersion(Version):
    document = serializers.DictField(help_text="The plan document.")


class Imported(Plan):
    format = serializers.ChoiceField(list(formats.FORMATS), help_text="What the plan came in.")
    losses = serializers.ListField(child=serializers.CharField(), help_text="What of it was left behind.")


class PlanIn(serializers.Serializer[Any]):
    document = serializers.JSONField(required=False, help_text="A plan: ours, or in one of Segment's shapes.")
    text = serializers.CharField(required=False, help_text="The same as text, JSON or YAML.")
    name = serializers.CharField(required=False)
    message = serializers.CharField(required=False)


class VersionIn(PlanIn):
    version = serializers.IntegerField(
        required=False, help_text="Instead of a document: go back to this version."
    )


class Publication(VersionIn):
    override = serializers.CharField(
        required=False, help_text="An admin's reason to publish what the plan's policy does not let through."
    )


class Key(serializers.Serializer[Any]):
    key = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class SourceOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    slug = serializers.CharField()
    type = serializers.ChoiceField(source_type_choices())
    environment = serializers.ChoiceField(environment_choices())
    owner = serializers.CharField(allow_null=True, help_text="Slug of a team.")
    plan = serializers.CharField(allow_null=True, help_text="Id of a plan.")
    plan_attached_at = serializers.DateTimeField(allow_null=True)
    settling_hours = serializers.IntegerField()
    write_keys = Key(many=True)
    created_at = serializers.DateTimeField()


class SourcePage(serializers.Serializer[Any]):
    items = SourceOut(many=True)
    next = serializers.URLField(allow_null=True)


class SourceIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    type = Choice(source_type_choices(), default="web")
    environment = Choice(environment_choices(), default="production")
    owner = serializers.CharField(allow_null=True, default=None, help_text="Slug of a team.")
    plan = serializers.CharField(allow_null=True, default=None, help_text="Id of a plan.")
    settling_hours = serializers.IntegerField(min_value=0, max_value=720, default=48)


class Rotation(serializers.Serializer[Any]):
    grace_hours = serializers.IntegerField(
        min_value=0,
        max_value=720,
        default=sourcing.GRACE.days * 24,
        help_text="How long the old key still works.",
    )


def plan_item(plan: TrackingPlan) -> dict[str, Any]:
    live = plan.live_version
    return {
        "id": plan.public_id,
        "name": plan.name,
        "version": live.number if live else None,
        "published_at": live.published_at if live else None,
        "sources": [source.public_id for source in plan.sources.all()],
        "created_at": plan.created_at,
    }


def version_item(plan: TrackingPlan, version: PlanVersion, size: int) -> dict[str, Any]:
    """`size`: how many rules the version has; a list does not load them to count them."""
    return {
        "number": version.number,
        "message": version.message,
        "published_at": version.published_at,
        "published_by": version.published_by.email if version.published_by else None,
        "is_live": version.pk == plan.live_version_id,
        "rules": size,
        "changes": [{"former": "", **change} for change in version.changes],
    }


def source_items(sources: Sequence[Source], keys: dict[int, list[WriteKey]]) -> list[dict[str, Any]]:
    return [
        {
            "id": source.public_id,
            "name": source.name,
            "slug": source.slug,
            "type": source.type,
            "environment": source.environment,
            "owner": source.owner.slug if source.owner else None,
            "plan": source.plan.public_id if source.plan else None,
            "plan_attached_at": source.plan_attached_at,
            "settling_hours": source.settling_hours,
            "write_keys": [key_item(key) for key in keys.get(source.pk, [])],
            "created_at": source.created_at,
        }
        for source in sources
    ]


def key_item(key: WriteKey) -> dict[str, Any]:
    return {"key": key.key, "created_at": key.created_at, "expires_at": key.expires_at}
