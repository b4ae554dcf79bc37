from django.db import migrations

from fangxian.accounts.protection import protected


class Migration(migrations.Migration):
    dependencies = [("capture", "0001_initial"), ("accounts", "0002_protection")]
    operations = [
        protected("capture_source"),
        protected("capture_import"),
        protected("capture_sealed"),
        protected("capture_progress"),
    ]
