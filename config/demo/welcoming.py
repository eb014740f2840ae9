"""What the terminal says about the demo: three things worth a look."""

from django.conf import settings
from django.urls import reverse

from accounts.models import Workspace
from config.demo.building import STAGING
from trackingplans.models import WriteKey
from violations.digest_models import Digest, DigestState
from violations.models import Violation

BROKEN = '{"userId":"you","event":"Product Added","properties":{"product_id":"SNK-204","price":"129.00","quantity":0}}'


def lines() -> list[str]:
    """What broke, today's mail, and a call to try; empty when there is no demo (any more)."""
    workspace = Workspace.objects.filter(is_demo=True).first()
    if workspace is None:
        return []
    said = [f"  What broke:    {_address('overview', workspace.public_id)}"]
    broken = Violation.objects.for_workspace(workspace).filter(event="Order Complete").first()
    if broken is not None:
        said = [f"  What broke:    {_address('violation_detail', workspace.public_id, broken.public_id)}"]
    mailed = Digest.objects.for_workspace(workspace).filter(state=DigestState.SENT)
    if digest := mailed.filter(team__slug="checkout").order_by("-due_at").first():
        said.append(f"  Today's mail:  {_address('settings_digest', workspace.public_id, digest.public_id)}")
    key = WriteKey.objects.for_workspace(workspace).filter(source__slug=STAGING, expires_at=None).first()
    if key is not None:
        said.append(f"  Break it live: curl -u {key.key}: {settings.BASE_URL}/v1/track -d '{BROKEN}'")
        said.append(f"                 and watch {_address('live', workspace.public_id)}")
    return said


def _address(name: str, *args: str) -> str:
    return settings.BASE_URL + reverse(name, args=args)
