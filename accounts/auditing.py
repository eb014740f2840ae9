"""Who did what: one row for every change a person makes."""

from collections.abc import Iterable, Mapping

from accounts.models import AuditEntry, User, Workspace

Detail = str | int | bool | None | list[str]


def record(
    workspace: Workspace, actor: User | None, action: str, subject: str, **detail: Detail
) -> AuditEntry:
    """Note that `actor` (None: Planwright itself) did `action` to `subject`.

    `action` is `<thing>.<verb in the past>` ("token.revoked"); `subject` is what people call the thing.
    """
    entry: AuditEntry = AuditEntry.objects.create(
        workspace=workspace, actor=actor, action=action, subject=subject[:200], detail=detail
    )
    return entry


def record_all(
    workspace: Workspace,
    actor: User | None,
    action: str,
    subjects: Iterable[tuple[str, Mapping[str, Detail]]],
) -> None:
    """The same of many subjects, each with its own detail, in one query."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            workspace=workspace, actor=actor, action=action, subject=subject[:200], detail=dict(detail)
        )
        for subject, detail in subjects
    )
