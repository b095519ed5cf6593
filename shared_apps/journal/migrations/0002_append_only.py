from django.db import migrations

from shared_apps.journal.append_only import append_only, own_rows_only


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunSQL(
            append_only("journal_journalline")
            + own_rows_only("journal_journalline")
            + own_rows_only("journal_chainhead")
        )
    ]
