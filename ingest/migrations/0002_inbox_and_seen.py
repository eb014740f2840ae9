"""How the inbox is stored, and the table that remembers message ids for a day.

`seen` is partitioned by UTC day of `received_at`. Each partition gets a unique index on `hash` of its own when it is
made (a unique index on the parent would have to include `received_at`).
"""

from django.db import migrations

CREATE = """
ALTER TABLE ingest_inboxrow ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE ingest_inboxrow SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000,
    toast.autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE ingest_deadrow ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE ingest_seen (
    hash uuid NOT NULL,
    received_at timestamptz NOT NULL
) PARTITION BY RANGE (received_at);
"""


class Migration(migrations.Migration):
    dependencies = [("ingest", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE ingest_seen")]
