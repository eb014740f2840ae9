"""`manage.py send_digests`: what is due now, or what was due at some moment."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Team
from ingest.watermark import watermarks
from violations import digests, filtering
from violations.digest_models import Digest, DigestState

SAID = {
    DigestState.CLAIMED: "to be tried again",
    DigestState.SENT: "sent",
    DigestState.QUIET: "nothing to say",
    DigestState.FAILED: "failed",
}


class Command(BaseCommand):
    help = (
        "Sends the digests that are due, each once. With --at, those that were or will be due at that moment."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--team", metavar="SLUG", help="only this team's, in every workspace that has one"
        )
        parser.add_argument(
            "--at", metavar="ISO", help="as if run at this moment, such as 2026-11-24T09:05+01:00"
        )

    def handle(self, *args: Any, team: str | None = None, at: str | None = None, **options: Any) -> None:  # noqa: ARG002
        now = self._moment(at) if at else timezone.now()
        teams = Team.objects.select_related("workspace").order_by("workspace_id", "slug")
        if team:
            teams = teams.filter(slug=team)
            if not teams:
                raise CommandError(f"There is no team {team!r}.")
        sent = digests.send_due(now, watermarks(now), teams, asked=at is not None)
        for digest in sent:
            self.stdout.write(self._line(digest))
        if not sent:
            self.stdout.write("Nothing is due.")
        if any(digest.state == DigestState.FAILED for digest in sent):
            raise CommandError("A digest could not be sent.")

    def _moment(self, text: str) -> datetime:
        try:
            return filtering.moment(text)
        except ValueError:
            raise CommandError(f"--at {text!r} is no time such as 2026-11-24T09:05+01:00.") from None

    def _line(self, digest: Digest) -> str:
        said = f"{digest.team.slug}: {digest.day:%Y-%m-%d}, {SAID[DigestState(digest.state)]}"
        return f"{said} ({digest.error})" if digest.error else said
