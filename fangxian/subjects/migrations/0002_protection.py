from django.db import migrations

from fangxian.accounts.protection import protected


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial"), ("accounts", "0002_protection")]
    operations = [
        protected("subjects_subject", programme=None),
        protected("subjects_identity", programme=None),
        protected("subjects_lookup", programme=None),
        protected("subjects_link"),
    ]
