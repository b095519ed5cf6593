from django.db import migrations

# What stood before changes were kept is where the history begins.
BEGIN_HISTORY = """
INSERT INTO overrides_markupchange (product_id, before, percent, reason, at)
SELECT product_id, NULL, percent, '', created_at FROM overrides_markupoverride;
"""
APPEND_ONLY = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON overrides_markupchange
    FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("overrides", "0004_markup_changes"), ("journal", "0002_append_only")]
    operations = [migrations.RunSQL([BEGIN_HISTORY, APPEND_ONLY])]
