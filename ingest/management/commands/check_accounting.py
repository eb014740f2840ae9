"""manage.py check_accounting: do the books balance, for every source and hour?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingest import accounting


class Command(BaseCommand):
    help = (
        "Checks for every source and UTC hour that what was received equals what became of it. "
        "Exits 1 and names source, hour and difference when it does not."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        imbalances = list(accounting.imbalances())
        for imbalance in imbalances:
            self.stderr.write(str(imbalance))
        if imbalances:
            raise CommandError(f"{len(imbalances)} hours do not balance.")
        summary = accounting.summary()
        self.stdout.write(
            f"Balanced: {summary.received:,} messages in {summary.hours:,} hours of {summary.sources:,} sources; "
            f"{summary.pending:,} pending in the inbox, {summary.dead:,} requests in the dead inbox."
        )
