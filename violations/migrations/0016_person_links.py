"""Which ids are one person's, by month, and how many each source added in it."""

from django.db import migrations

CREATE = """
CREATE TABLE violations_personlink (
    workspace_id bigint NOT NULL,
    id bigint NOT NULL,
    month date NOT NULL,
    person bigint NOT NULL,
    PRIMARY KEY (workspace_id, id, month)
) PARTITION BY RANGE (month);
CREATE TABLE violations_personmonth (
    workspace_id bigint NOT NULL,
    source_id bigint NOT NULL,
    month date NOT NULL,
    ids bigint NOT NULL,
    PRIMARY KEY (source_id, month)
);
"""


class Migration(migrations.Migration):
    dependencies = [("violations", "0015_samples_by_time")]
    operations = [
        migrations.RunSQL(CREATE, "DROP TABLE violations_personlink; DROP TABLE violations_personmonth")
    ]
