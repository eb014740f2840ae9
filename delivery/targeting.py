"""Where a source's violations are forwarded to: set, changed, switched off."""

from django.db import transaction

from accounts import auditing
from accounts.models import User
from delivery import encryption, outbound
from delivery.models import Target
from trackingplans.models import Source


class BadTarget(ValueError):
    """What was typed in cannot be used. `field` says which: url or write_key."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def set_target(source: Source, url: str, write_key: str, *, actor: User | None) -> Target:
    """Forwards the source's violations to a Segment-compatible endpoint from now on.

    `url` is its base, with or without `/v1/track`. An empty write key keeps the stored one. Raises BadTarget.
    """
    base = _base(url)
    current = find(source)
    if not write_key.strip() and current is None:
        raise BadTarget("write_key", "Enter the write key of the source that should receive the violations.")
    secret = encryption.encrypt(write_key.strip()) if write_key.strip() else bytes(current.write_key)  # type: ignore[union-attr]  # checked above
    values = {"url": base, "write_key": secret, "enabled": True, "failures": 0, "resume_at": None}
    target: Target
    target, _ = Target.objects.for_workspace(source.workspace).update_or_create(
        source=source, defaults=values, create_defaults=values | {"workspace": source.workspace}
    )
    auditing.record(source.workspace, actor, "forwarding.set", source.name, url=base)
    return target


@transaction.atomic
def switch_off(target: Target, *, actor: User | None) -> None:
    """Forwards nothing from now on; what waits stays and is sent if it is switched on again within a day."""
    Target.objects.for_workspace(target.workspace).filter(pk=target.pk).update(enabled=False)
    auditing.record(target.workspace, actor, "forwarding.switched_off", target.source.name, url=target.url)


def find(source: Source) -> Target | None:
    found: Target | None = Target.objects.for_workspace(source.workspace).filter(source=source).first()
    return found


def _base(url: str) -> str:
    """The address without what is added to every call."""
    base = url.strip().rstrip("/")
    for ending in ("/track", "/v1"):
        base = base.removesuffix(ending).rstrip("/")
    try:
        parts = outbound.checked(base)
    except outbound.Refused as error:
        raise BadTarget("url", str(error)) from None
    if parts.query or parts.fragment:
        raise BadTarget("url", "Leave out everything from ? or # on.")
    if len(base) > 500:
        raise BadTarget("url", "This address is longer than 500 characters.")
    return base
