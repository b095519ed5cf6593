from django.db import migrations

from shared_apps.invoices.frozen import ACCEPT_ONLY, MANDATE_FROZEN
from shared_apps.journal.append_only import append_only, own_rows_only


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_tables"), ("journal", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            append_only("invoices_invoice")
            + append_only("invoices_buyeridentity")
            + own_rows_only("invoices_invoice")
            + own_rows_only("invoices_mandate")
            + MANDATE_FROZEN
            + ACCEPT_ONLY
        )
    ]
