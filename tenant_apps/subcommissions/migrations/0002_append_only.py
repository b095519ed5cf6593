from django.db import migrations

# What a sale gave is evidence: it is taken back by its opposite and never changed.
APPEND_ONLY = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON subcommissions_subcommissionline
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("subcommissions", "0001_initial"), ("journal", "0002_append_only")]
    operations = [migrations.RunSQL(APPEND_ONLY)]
