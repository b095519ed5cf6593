from django.db import migrations

from shared_apps.journal.append_only import own_rows_only


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [migrations.RunSQL(own_rows_only("outbox_message"))]
