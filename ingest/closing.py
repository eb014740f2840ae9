"""Writes what was found out about a group of rows, and takes the rows out of the inbox: all of it or nothing.

Everyone writes in the same order and each table sorted by key: seen, hours, former names, violations, their hours,
samples, newest messages, profiles, deliveries. The delete at the end is the fence: whoever lost the lease rolls
everything back.
"""

import psycopg
from django.db import connection, transaction

from ingest import seen, showing
from ingest.claiming import Group, LeaseLost
from ingest.judging import Judged
from trackingplans.traffic import counting, moving, partitions, profiling, recent
from violations import forwarding, joining, recording

HOURS_OF_VIOLATIONS = "violations_violationhour"


def prepare(judged: Judged) -> None:
    """What comes before the transaction: partitions that the group needs, because making one locks the whole table,
    and who its senders are."""
    hours = {key.hour for key in judged.counts.rows}
    counting.ensure(hours)
    partitions.ensure_months(HOURS_OF_VIOLATIONS, hours)
    seen.ensure(judged.days())
    joining.join(judged.tally)


def close(group: Group, judged: Judged) -> int:
    """Store everything; returns how many calls are to be forwarded.

    Raises LeaseLost, seen.Repeated, and whatever the database says; then nothing was stored.
    """
    shown = showing.rows(judged)
    # Django's cursor would write thousands of values into the text of each statement; psycopg's own sends them binary.
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        seen.remember(cursor, judged.seen)
        counting.write(cursor, judged.counts.rows)
        moving.write(cursor, judged.former)
        recording.write(cursor, judged.tally)
        recent.write(cursor, shown)
        profiling.write(cursor, judged.sampled.rows)
        forwarded = forwarding.write(cursor, judged.tally)
        take_out(group)
    return forwarded


def take_out(group: Group) -> None:
    """Delete the rows of a group that is done. Raises LeaseLost unless all of them were still ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ingest_inboxrow WHERE id = ANY(%s) AND lease = %s", [group.ids, group.lease]
        )
        if cursor.rowcount != len(group.rows):
            raise LeaseLost
