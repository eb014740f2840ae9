"""Where a source's violations are forwarded to: set, changed, switched off."""

import base64
import secrets
from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models import User
from delivery import encryption, outbound
from delivery.models import Target, TargetKind
from trackingplans.models import Source


class BadTarget(ValueError):
    """What was typed in cannot be used. `field` says which: url, write_key or to_source."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def set_target(
    source: Source,
    url: str,
    write_key: str,
    *,
    actor: User | None,
    kind: str = TargetKind.SEGMENT,
    to_source: Source | None = None,
) -> Target:
    """Forwards the source's violations from now on: to a Segment-compatible endpoint (`url` is its base, with or
    without `/v1/track`), a webhook (`write_key` is its secret), or another source of the workspace.

    An empty write key keeps the stored one; a webhook gets a secret of ours when there is none. Raises BadTarget.
    """
    current = find(source)
    values = {
        "kind": kind, "enabled": True, "failures": 0, "failing_since": None, "resume_at": None, "paused_at": None,
        "told_at": None, "set_by": actor,
    } | _where(source, kind, url, to_source) | {"write_key": _secret(kind, write_key, current)}  # fmt: skip
    target: Target
    target, _ = Target.objects.for_workspace(source.workspace).update_or_create(
        source=source, defaults=values, create_defaults=values | {"workspace": source.workspace}
    )
    auditing.record(source.workspace, actor, "forwarding.set", source.name, url=str(target), kind=kind)
    return target


def _where(source: Source, kind: str, url: str, to_source: Source | None) -> dict[str, Any]:
    if kind == TargetKind.SEGMENT:
        return {"url": _base(url), "to_source": None}
    if kind == TargetKind.WEBHOOK:
        return {"url": _checked(url.strip()), "to_source": None}
    if to_source is None or to_source.workspace_id != source.workspace_id:
        raise BadTarget("to_source", "Choose the source that should receive the violations.")
    if to_source.pk == source.pk:
        raise BadTarget("to_source", "A source cannot receive its own violations.")
    return {"url": "", "to_source": to_source}


def _secret(kind: str, typed: str, current: Target | None) -> bytes:
    typed = typed.strip()
    if kind == TargetKind.SOURCE:
        return b""
    if typed:
        if kind == TargetKind.WEBHOOK and typed.startswith("whsec_") and not _is_base64(typed[6:]):
            raise BadTarget("write_key", "After whsec_ a secret is base64.")
        return encryption.encrypt(typed)
    if current is not None and current.kind == kind:
        return bytes(current.write_key)
    if kind == TargetKind.WEBHOOK:
        return encryption.encrypt("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
    raise BadTarget("write_key", "Enter the write key of the source that should receive the violations.")


def secret_of(target: Target) -> str:
    """What a webhook's receiver checks signatures with; '' when it can no longer be read."""
    try:
        return encryption.decrypt(target.write_key)
    except encryption.Undecipherable:
        return ""


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


@transaction.atomic
def switch_off(target: Target, *, actor: User | None) -> None:
    """Forwards nothing from now on; what waits stays and is sent if it is switched on again within a day."""
    Target.objects.for_workspace(target.workspace).filter(pk=target.pk).update(enabled=False)
    auditing.record(target.workspace, actor, "forwarding.switched_off", target.source.name, url=str(target))


def find(source: Source) -> Target | None:
    found: Target | None = Target.objects.for_workspace(source.workspace).filter(source=source).first()
    return found


def _base(url: str) -> str:
    """The address without what is added to every call."""
    base = url.strip().rstrip("/")
    for ending in ("/track", "/v1"):
        base = base.removesuffix(ending).rstrip("/")
    if "?" in _checked(base) or "#" in base:
        raise BadTarget("url", "Leave out everything from ? or # on.")
    return base


def _checked(url: str) -> str:
    try:
        outbound.checked(url)
    except outbound.Refused as error:
        raise BadTarget("url", str(error)) from None
    if len(url) > 500:
        raise BadTarget("url", "This address is longer than 500 characters.")
    return url
