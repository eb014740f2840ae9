"""Hours of violations, partitioned by month from the start: retention drops partitions, never rows."""

from django.db import migrations

CREATE = """
CREATE TABLE violations_violationhour (
    workspace_id bigint NOT NULL,
    violation_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (violation_id, hour)
) PARTITION BY RANGE (hour);
CREATE INDEX violation_hour_by_workspace ON violations_violationhour (workspace_id, hour);
"""


class Migration(migrations.Migration):
    dependencies = [("violations", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE violations_violationhour")]
