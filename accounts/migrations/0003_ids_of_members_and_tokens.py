from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts.models import new_membership_id, new_token_id

KINDS = (("membership", new_membership_id), ("apitoken", new_token_id))


def give_ids(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    for name, new_id in KINDS:
        model = apps.get_model("accounts", name)
        for pk in model.objects.values_list("pk", flat=True):
            model.objects.filter(pk=pk).update(public_id=new_id())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_token_expiry_and_sign_in_attempts")]

    operations = [
        *(
            migrations.AddField(
                name, "public_id", models.CharField(default="", max_length=20), preserve_default=False
            )
            for name, _ in KINDS
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        *(
            migrations.AlterField(
                name, "public_id", models.CharField(default=new_id, max_length=20, unique=True)
            )
            for name, new_id in KINDS
        ),
    ]
