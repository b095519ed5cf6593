from django.db import migrations, models

from shared_apps.commissions.budget_guard import FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("commissions", "0003_frozen")]
    operations = [
        migrations.AddIndex(
            model_name="operationspending",
            index=models.Index(
                fields=["agency_schema", "order_reference"], name="spending_by_order"
            ),
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
