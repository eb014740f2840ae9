"""One call to a target, and what its answer means. The only question asked of a failure is whether to try again."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import responses

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from delivery import encryption, outbound
from delivery.models import Target, TargetKind
from trackingplans.domain.legible import shortened, storable
from trackingplans.models import WriteKey

GIVE_UP_SECONDS = 24 * 3600.0
TEMPORARY = frozenset((408, 425, 429))


class _Nowhere(Exception):
    """There is no address to call any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call. `wait`: seconds the receiver asked for before the next one (Retry-After)."""

    kind: str  # delivered, again or failed
    status: int | None = None
    error: str = ""
    wait: float = 0.0


def call(target: Target, delivery_id: str, body: str) -> Outcome:
    """Sends one body to a target and judges the answer."""
    try:
        url, headers = _addressed(target, delivery_id, body)
        headers |= {"Content-Type": "application/json"}
        response = outbound.post(url, body.encode(), headers, is_own=target.kind == TargetKind.SOURCE)
    except (outbound.Refused, _Nowhere) as error:
        return Outcome("failed", error=str(error))
    except (outbound.Unreachable, encryption.Undecipherable) as error:
        return Outcome("again", error=str(error))
    return judged(response, datetime.now(UTC))


def _addressed(target: Target, delivery_id: str, body: str) -> tuple[str, dict[str, str]]:
    """Where a call goes and how it says who it is from. Raises Undecipherable and _Nowhere."""
    if target.kind == TargetKind.WEBHOOK:
        return target.url, signed(encryption.decrypt(target.write_key), delivery_id, body, int(time.time()))
    if target.kind == TargetKind.SOURCE:
        return f"{settings.BASE_URL}/v1/track", _basic(_key_of(target))
    return f"{target.url}/v1/track", _basic(encryption.decrypt(target.write_key))


def signed(secret: str, delivery_id: str, body: str, at: int) -> dict[str, str]:
    """The headers of Standard Webhooks: HMAC-SHA256 over id, time and body. A secret that begins with `whsec_` is
    base64, any other is taken as it is."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    mac = hmac.new(key, f"{delivery_id}.{at}.{body}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _key_of(target: Target) -> str:
    keys = WriteKey.objects.for_workspace(target.workspace).filter(source=target.to_source_id)
    valid = (
        keys.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
        .order_by("-id")
        .values_list("key", flat=True)
    )
    key: str | None = valid.first() if target.to_source_id else None
    if key is None:
        raise _Nowhere("The source that should receive the violations is gone.")
    return key


def _basic(key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"}


def judged(response: outbound.Response, now: datetime) -> Outcome:
    """What an answer means: 2xx is delivered; 408, 425, 429 and 5xx are worth another try; the rest are not."""
    status = response.status
    if 200 <= status < 300:
        return Outcome("delivered", status)
    said = response.body[:300].decode(errors="replace").strip()
    error = f"{status} {responses.get(status, '')}".strip() + (f": {said}" if said else "")
    error = shortened(storable(error), 300)
    if status in TEMPORARY or status >= 500:
        return Outcome("again", status, error, asked_wait(response.headers.get("retry-after", ""), now))
    if 300 <= status < 400:
        error = f"{error} (redirects are not followed)"
    return Outcome("failed", status, error)


def asked_wait(value: str, now: datetime) -> float:
    """Seconds a Retry-After header asks for, in either of its forms; 0 when it says nothing that can be read."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), GIVE_UP_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), GIVE_UP_SECONDS)
