"""An index that finds the hours of one event of one source: how often a violation could have shown itself."""

from django.db import migrations

CREATE = "CREATE INDEX traffic_by_event ON trackingplans_traffichour (source_id, type, event, hour)"


class Migration(migrations.Migration):
    dependencies = [("trackingplans", "0003_unplanned_names")]
    operations = [migrations.RunSQL(CREATE, "DROP INDEX traffic_by_event")]
