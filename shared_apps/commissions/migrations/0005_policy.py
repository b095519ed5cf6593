from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commissions", "0004_spending")]
    operations = [
        migrations.CreateModel(
            name="CommissionPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("notice_days", models.PositiveSmallIntegerField()),
                ("valid_from", models.DateField(unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"verbose_name": "commission policy", "ordering": ["-valid_from"]},
        ),
    ]
