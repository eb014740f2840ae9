"""The hour table, partitioned by month from the start: retention drops partitions, never rows."""

from django.db import migrations

CREATE = """
CREATE TABLE trackingplans_traffichour (
    workspace_id bigint NOT NULL,
    source_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    type text NOT NULL,
    event text NOT NULL,
    received bigint NOT NULL DEFAULT 0,
    conforming bigint NOT NULL DEFAULT 0,
    violating bigint NOT NULL DEFAULT 0,
    unplanned bigint NOT NULL DEFAULT 0,
    unchecked bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    passed bigint NOT NULL DEFAULT 0,
    omitted bigint NOT NULL DEFAULT 0,
    blocked bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, hour, type, event)
) PARTITION BY RANGE (hour);
CREATE INDEX traffic_by_workspace ON trackingplans_traffichour (workspace_id, hour);
"""


class Migration(migrations.Migration):
    dependencies = [("trackingplans", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE trackingplans_traffichour")]
