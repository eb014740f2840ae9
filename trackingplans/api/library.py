"""REST: the properties and groups that a plan's events share."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from trackingplans import drafting
from trackingplans.api.drafts import IF_MATCH, DraftOut
from trackingplans.api.editions import IN_DRAFT, InEdition
from trackingplans.domain import library
from trackingplans.domain.schema_problems import schema_problems


class PropertyUse(serializers.Serializer[Any]):
    type = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    path = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON pointer in the rule's schema.")
    differs = serializers.BooleanField(help_text="The event says something else than the definition.")


class SharedProperty(serializers.Serializer[Any]):
    name = serializers.CharField()
    schema = serializers.DictField()
    groups = serializers.ListField(child=serializers.CharField())
    conflicts = serializers.IntegerField()
    uses = PropertyUse(many=True)


class LibraryOut(serializers.Serializer[Any]):
    properties = SharedProperty(many=True)
    candidates = SharedProperty(many=True, help_text="In several events, without a definition.")
    groups = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class PropertyIn(serializers.Serializer[Any]):
    schema = serializers.DictField(help_text="The JSON Schema that all of its events follow.")
    everywhere = serializers.BooleanField(default=False, help_text="Events that say otherwise follow, too.")


class GroupIn(serializers.Serializer[Any]):
    properties = serializers.ListField(child=serializers.CharField(), help_text="Names of shared properties.")


class LibraryOf(InEdition):
    @extend_schema(operation_id="plans_library", parameters=[IN_DRAFT], responses=LibraryOut, tags=["plans"])
    def get(self, request: Request, plan: str) -> Response:
        """Shared properties with their uses and conflicts, properties that could be shared, and groups."""
        books = library.library(self.value(request, self.plan(plan)))
        return Response(
            {
                "properties": [_shared(one) for one in books.shared],
                "candidates": [_shared(one) for one in books.candidates],
                "groups": {name: list(members) for name, members in books.groups},
            }
        )


class SharedPropertyOf(InEdition):
    @extend_schema(
        operation_id="drafts_define_property",
        parameters=[IF_MATCH],
        request=PropertyIn,
        responses=DraftOut,
        tags=["drafts"],
    )
    def put(self, request: Request, draft: str, property: str) -> Response:
        """Define a shared property, or change its definition once for all events that follow it."""
        found, asked = self.draft(draft), self.asked(request, PropertyIn)
        broken = [(f"schema.{one.path}".rstrip("."), one.message) for one in schema_problems(asked["schema"])]
        if broken:
            raise Refused("invalid", "Some values cannot be used.", broken)
        value = drafting.value(found)
        books = library.library(value)
        empty = library.Shared(property, {}, ())
        one = next((one for one in (*books.shared, *books.candidates) if one.name == property), empty)
        edits = library.edits_to_define(value, one, asked["schema"], everywhere=asked["everywhere"])
        return self.changed(request, found, edits, f"Shared property {property}")

    @extend_schema(
        operation_id="drafts_undefine_property", parameters=[IF_MATCH], responses=DraftOut, tags=["drafts"]
    )
    def delete(self, request: Request, draft: str, property: str) -> Response:
        """Drop the definition; the events keep what they say."""
        found = self.draft(draft)
        value = drafting.value(found)
        one = next((one for one in library.library(value).shared if one.name == property), None)
        if one is None:
            raise Http404
        edits: list[dict[str, Any]] = [{"op": "set_plan", "path": ["properties", property]}]
        edits += [
            {"op": "set_rule", "of": _of(use), "path": ["meta", "properties", use.pointer, "shared"]}
            for use in one.uses
        ]
        groups = {name: [each for each in value.groups[name] if each != property] for name in one.groups}
        edits += [
            {"op": "set_plan", "path": ["groups", name], "value": left} for name, left in groups.items()
        ]
        return self.changed(request, found, edits, f"Shared property {property} dropped")


class GroupOf(InEdition):
    @extend_schema(
        operation_id="drafts_set_group",
        parameters=[IF_MATCH],
        request=GroupIn,
        responses=DraftOut,
        tags=["drafts"],
    )
    def put(self, request: Request, draft: str, group: str) -> Response:
        """Say which shared properties a group holds."""
        found, names = self.draft(draft), self.asked(request, GroupIn)["properties"]
        known = drafting.value(found).properties
        wrong = [
            (f"properties.{place}", f"The library has no property {name}.")
            for place, name in enumerate(names)
            if name not in known
        ]
        if wrong:
            raise Refused("invalid", "Some values cannot be used.", wrong)
        edit = {"op": "set_plan", "path": ["groups", group], "value": list(dict.fromkeys(names))}
        return self.changed(request, found, [edit], f"Group {group}")

    @extend_schema(
        operation_id="drafts_drop_group", parameters=[IF_MATCH], responses=DraftOut, tags=["drafts"]
    )
    def delete(self, request: Request, draft: str, group: str) -> Response:
        found = self.draft(draft)
        if group not in drafting.value(found).groups:
            raise Http404
        return self.changed(
            request, found, [{"op": "set_plan", "path": ["groups", group]}], f"Group {group} dropped"
        )


def _shared(one: library.Shared) -> dict[str, Any]:
    return {
        "name": one.name,
        "schema": one.schema,
        "groups": list(one.groups),
        "conflicts": one.conflicts,
        "uses": [
            {**_of(use), "path": use.path, "pointer": use.pointer, "differs": use.differs} for use in one.uses
        ],
    }


def _of(use: library.Use) -> dict[str, Any]:
    kind, name, version = use.rule.identity
    return {"type": kind, "name": name, "version": version}
