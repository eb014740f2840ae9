"""What the inbox sorts and searches by, in columns of its own; nothing that changes with every occurrence is indexed."""

from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Func

from violations.searching import words

# Half a unit of heat is a step of rank. What passed the threshold or came back weighs as much as 256 occurrences at
# that moment; a critical event counts 64 times.
RANK = """
CREATE FUNCTION violations_rank(heat float8, passed timestamptz, regressed timestamptz, critical boolean)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(
        floor(2 * heat)::integer,
        floor(extract(epoch FROM passed - '2026-01-01 00:00:00+00'::timestamptz) / 10800)::integer + 16,
        floor(extract(epoch FROM regressed - '2026-01-01 00:00:00+00'::timestamptz) / 10800)::integer + 16
    ) + CASE WHEN critical THEN 12 ELSE 0 END
$$
"""
HEAT = """
UPDATE violations_violation SET heat = ln(greatest(count, 1)) / ln(2::float8)
    + extract(epoch FROM last_seen_at - '2026-01-01 00:00:00+00'::timestamptz) / 21600
"""


def fill_places(apps: Any, _editor: Any) -> None:
    violation, place = apps.get_model("violations", "Violation"), apps.get_model("violations", "Place")
    rows = violation.objects.order_by("workspace_id", "key").distinct("workspace_id", "key")
    names = ("event", "path", "code", "family", "type", "message")
    for row in rows.values_list("workspace_id", "key", *names).iterator():
        found = models.Value(" ".join(words(row[2:])))
        place.objects.create(
            workspace_id=row[0],
            key=row[1],
            words=Func(found, template="array_to_tsvector(string_to_array(%(expressions)s, ' '))"),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_attempt_kinds"),
        ("violations", "0006_life"),
    ]

    operations = [
        migrations.RunSQL(RANK, "DROP FUNCTION violations_rank"),
        migrations.RemoveIndex(model_name="violation", name="violation_recent"),
        migrations.RemoveIndex(model_name="violation", name="violation_by_state"),
        migrations.AddField("violation", "heat", models.FloatField(db_default=0.0)),
        migrations.RunSQL(HEAT, migrations.RunSQL.noop),
        migrations.AddField(
            "violation",
            "last_hour",
            models.GeneratedField(
                db_persist=True,
                expression=Func(
                    F("last_seen_at"),
                    template="date_bin('1 hour', %(expressions)s, '2026-01-01 00:00:00+00'::timestamptz)",
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddField(
            "violation",
            "rank",
            models.GeneratedField(
                db_persist=True,
                expression=Func(
                    F("heat"), F("passed_at"), F("regressed_at"), F("is_critical"), function="violations_rank"
                ),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddIndex(
            "violation",
            models.Index(
                fields=["workspace", "-rank"],
                name="violation_by_rank",
                condition=models.Q(("state", "resolved"), _negated=True),
            ),
        ),
        migrations.AddIndex(
            "violation", models.Index(fields=["workspace", "-last_hour"], name="violation_recent")
        ),
        migrations.AddIndex(
            "violation", models.Index(fields=["workspace", "-first_seen_at"], name="violation_by_age")
        ),
        migrations.AddIndex("violation", models.Index(fields=["workspace", "key"], name="violation_by_key")),
        migrations.AddIndex(
            "violation", models.Index(fields=["state", "last_hour"], name="violation_by_state")
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="place_key")],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="place_by_words")
                ],
            },
        ),
        migrations.RunPython(fill_places, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE violations_violation SET (fillfactor = 85)",
            "ALTER TABLE violations_violation RESET (fillfactor)",
        ),
    ]
