"""Rows for tests, by factory-boy. Plain builders of messages stand in tests/messages.py."""

from datetime import UTC, datetime

import factory

from accounts.models import Membership, Role, Team, User, Workspace
from trackingplans.models import Environment, Source, TrackingPlan, WriteKey


class WorkspaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workspace

    name = factory.Sequence(lambda n: f"Workspace {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = "Alice"
    password = factory.django.Password("a good long password")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    workspace = factory.SubFactory(WorkspaceFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.ADMIN


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    workspace = factory.SubFactory(WorkspaceFactory)
    slug = factory.Sequence(lambda n: f"team-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TrackingPlan

    workspace = factory.SubFactory(WorkspaceFactory)
    name = "Shop"


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda n: f"Source {n}")
    slug = factory.Sequence(lambda n: f"source-{n}")
    environment = Environment.PRODUCTION
    plan_attached_at = datetime(2026, 1, 1, tzinfo=UTC)


class WriteKeyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WriteKey

    source = factory.SubFactory(SourceFactory)
    workspace = factory.SelfAttribute("source.workspace")
