"""Makes the database of a run: migrated, the plan live on one source. Prints its write key and id.

A process of its own (`python -m benchmarks.ingest.seeding`), so that the one that measures holds no Django.
"""

import json
import os
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from accounts.models import Workspace  # noqa: E402
from benchmarks import data  # noqa: E402
from trackingplans import importing, sourcing  # noqa: E402
from trackingplans.models import SourceType  # noqa: E402


def main() -> None:
    call_command("migrate", verbosity=0)
    workspace = Workspace.objects.create(name="Benchmark")
    plan = importing.import_plan(workspace, json.dumps(data.plan()), name="Benchmark shop", actor=None).plan
    source = sourcing.create_source(
        workspace, name="Shop", type=SourceType.SERVER, actor=None, now=datetime.now(UTC), plan=plan
    )
    json.dump({"write_key": source.write_keys.get().key, "source_id": source.pk}, sys.stdout)


if __name__ == "__main__":
    main()
