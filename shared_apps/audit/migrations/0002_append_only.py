from django.db import migrations

from shared_apps.journal.append_only import append_only, own_rows_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(append_only("audit_auditentry") + own_rows_only("audit_auditentry"))
    ]
