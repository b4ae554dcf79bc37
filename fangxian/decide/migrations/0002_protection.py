from django.db import migrations

from fangxian.accounts.protection import protected


class Migration(migrations.Migration):
    dependencies = [("decide", "0001_initial"), ("journal", "0002_protection")]
    operations = [protected("decide_current"), protected("decide_cohortmember")]
