from django.db import migrations

from shared_apps.statements.frozen import freeze_sql


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0001_initial"),
        ("journal", "0002_append_only"),
    ]
    operations = [migrations.RunSQL(freeze_sql())]
