"""What the first person waits for after a restart: the first page of a draft and the first publication of a process.

`measure` starts a fresh process for each; run as a program this is that process.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 3
LIMITS = {"first draft page": 2000, "first publish": 2000}


def measure() -> bool:
    """Measure and print; whether every promise is kept."""
    from accounts.models import Membership, Role, User, Workspace  # noqa: PLC0415  # models need the settings
    from benchmarks.authoring import plan as made  # noqa: PLC0415  # as above
    from trackingplans import drafting, publishing, reviewing  # noqa: PLC0415  # as above

    user = User.objects.create(email="cold@example.com", name="Cold")
    workspace = Workspace.objects.create(name="Cold")
    Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    plan = publishing.create(workspace, made.document(), actor=user).plan
    reviewing.set_policy(plan, approvals=0, asks_owners=False, errors_block=True, actor=user)
    kept = True
    for what, limit in LIMITS.items():
        spent = []
        for run in range(RUNS):
            plan.refresh_from_db()
            draft = drafting.change(drafting.start(plan, user), user, made.edits(run * 100, 50, what[6:9]))
            spent.append(_fresh(what, draft.public_id))
        median = statistics.median(spent)
        print(
            f"  {what + ', fresh process':<32}{median:8.0f}   at most {max(spent):5.0f}   promised {limit:,}"
        )
        kept = kept and median <= limit
    return kept


def _fresh(what: str, draft: str) -> float:
    command = [sys.executable, "-m", "benchmarks.authoring.cold", what, draft]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ, cwd=Path.cwd()
    )  # our own program
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    return float(done.stdout)


def _in_fresh_process(what: str, public_id: str) -> float:
    """Milliseconds of the first such request of this process, the settings loaded."""
    from django.conf import settings  # noqa: PLC0415  # set up by config.wsgi below
    from django.test import Client  # noqa: PLC0415  # as settings
    from django.urls import reverse  # noqa: PLC0415  # as settings

    import config.wsgi  # noqa: F401, PLC0415  # set up as the web process is; its settings read the environment
    from trackingplans.draft_models import Draft  # noqa: PLC0415  # models need the settings

    draft = Draft.objects.select_related("workspace", "plan", "author").get(public_id=public_id)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(draft.author)
    client.get(reverse("login"))  # the URL conf and what all pages need
    words = [draft.workspace.public_id, draft.plan.public_id, draft.public_id]
    began = time.perf_counter()
    if what == "first publish":
        answer = client.post(reverse("draft_publish", args=words), {"message": "Cold"})
        draft.refresh_from_db()
        is_done = answer.status_code == 302 and draft.status == "published"
    else:
        answer = client.get(reverse("draft_detail", args=words))
        is_done = answer.status_code == 200
    spent = (time.perf_counter() - began) * 1000
    if not is_done:
        raise RuntimeError(f"{what}: {answer.status_code} {answer.content[:300]!r}")
    return spent


if __name__ == "__main__":
    print(_in_fresh_process(*sys.argv[1:]))
