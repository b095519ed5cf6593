from django.db import migrations

from shared_apps.commissions.frozen import freeze


class Migration(migrations.Migration):
    dependencies = [("overrides", "0002_versions"), ("commissions", "0003_frozen")]
    operations = [migrations.RunSQL(freeze("overrides_commissionoverride"))]
