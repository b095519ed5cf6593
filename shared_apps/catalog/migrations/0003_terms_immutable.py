from django.db import migrations

from shared_apps.journal.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_initial")]
    operations = [migrations.RunSQL(append_only("catalog_termsversion"))]
