"""Hours that are long over become days: one row at midnight UTC stands for all hours of its day.

They stay in the table of the hours, so whoever adds up a stretch of time finds them without knowing. A month is rolled
up as a whole, in one transaction, and then marked; what arrives for it later stays as it is, and counts all the same.
"""

from collections.abc import Sequence
from datetime import date

from django.db import OperationalError, connection, transaction

from trackingplans.traffic import partitions
from trackingplans.traffic.partitions import Period

DAYS = "days"  # the mark of a partition


def roll_up(table: str, keys: Sequence[str], sums: Sequence[str], keep_from: date) -> list[str]:
    """Rolls up the months of a table of hours that end at or before `keep_from`; returns the partitions it did.
    `keys`: the columns that name a row beside its hour; `sums`: those that are added up.

    One that is in use for more than two seconds is left for the next run.
    """
    rolled = []
    for start in partitions.existing(table, Period.MONTH):
        if Period.MONTH.after(start) > keep_from:
            break
        name = Period.MONTH.partition(table, start)
        try:
            if _roll_up(name, keys, sums):
                rolled.append(name)
        except OperationalError:
            continue
    return rolled


def _roll_up(name: str, keys: Sequence[str], sums: Sequence[str]) -> bool:
    """Whether there was anything to do."""
    named, added = ", ".join(keys), ", ".join(f"sum({column})::bigint AS {column}" for column in sums)
    columns = ", ".join((*keys, "hour", *sums))
    with transaction.atomic(), connection.cursor() as cursor:
        if _is_rolled(name):
            return False
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f'LOCK TABLE "{name}" IN ACCESS EXCLUSIVE MODE')
        if _is_rolled(name):  # by another, who had the lock
            return False
        cursor.execute(
            f"CREATE TEMPORARY TABLE rolled ON COMMIT DROP AS "  # noqa: S608  # names of our own tables and columns
            f"SELECT {named}, date_trunc('day', hour, 'UTC') AS hour, {added} "
            f"FROM \"{name}\" GROUP BY {named}, date_trunc('day', hour, 'UTC')"
        )
        cursor.execute(f'TRUNCATE "{name}"')
        cursor.execute(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM rolled')  # noqa: S608  # the same
        cursor.execute("DROP TABLE rolled")
        cursor.execute(f"COMMENT ON TABLE \"{name}\" IS '{DAYS}'")
    return True


def _is_rolled(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [name])
        [(mark,)] = cursor.fetchall()
    return bool(mark == DAYS)
