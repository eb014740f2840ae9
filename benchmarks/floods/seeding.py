"""Makes the database of a run: a plan, a source that will attack, a neighbour, and somebody who is signed in.

A process of its own (`python -m benchmarks.floods.seeding`), so that the one that measures holds no Django.
"""

import json
import os
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402  # needs Django set up
from django.test import Client  # noqa: E402  # needs Django set up
from django.urls import reverse  # noqa: E402  # needs Django set up

from accounts.models import Membership, Role, User, Workspace  # noqa: E402  # needs Django set up
from benchmarks import data  # noqa: E402  # needs Django set up
from trackingplans import importing, sourcing  # noqa: E402  # needs Django set up
from trackingplans.models import Source, SourceType  # noqa: E402  # needs Django set up

PAGES = ("violation_list", "not_in_plan", "overview")


def main() -> None:
    call_command("migrate", verbosity=0)
    workspace = Workspace.objects.create(name="Benchmark")
    user = User.objects.create_user(email="bench@example.com", password="a good long password")
    Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    plan = importing.import_plan(workspace, json.dumps(data.plan()), name="Benchmark shop", actor=None).plan
    sources = {
        name: sourcing.create_source(
            workspace, name=name, type=SourceType.SERVER, actor=None, now=datetime.now(UTC), plan=plan,
            settling_hours=0,  # or what is found would all be starting debt
        )
        for name in ("Attacker", "Neighbour")
    }  # fmt: skip
    browser = Client()
    browser.force_login(user)
    made = {
        "attacker": _of(sources["Attacker"]),
        "neighbour": _of(sources["Neighbour"]),
        "cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}",
        "pages": {name: reverse(name, args=[workspace.public_id]) for name in PAGES},
    }
    json.dump(made, sys.stdout)


def _of(source: Source) -> dict[str, object]:
    return {"id": source.pk, "write_key": source.write_keys.get().key}


if __name__ == "__main__":
    main()
