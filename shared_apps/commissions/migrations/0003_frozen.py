from django.db import migrations

from shared_apps.commissions.frozen import FUNCTION, freeze
from shared_apps.journal.append_only import append_only, own_rows_only

# An agency may withdraw a request that waits, and decide nothing.
WITHDRAW_ONLY = """
CREATE POLICY withdraw_only ON shared.commissions_approvalrequest AS RESTRICTIVE FOR UPDATE
    USING (status = 'waiting') WITH CHECK (status = 'withdrawn');
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0002_versions"), ("journal", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            FUNCTION
            + freeze("shared.commissions_commissionrule")
            + append_only("commissions_operationspending")
            + own_rows_only("commissions_operationspending")
            + own_rows_only("commissions_approvalrequest")
            + WITHDRAW_ONLY
        )
    ]
