from django.db import migrations

from fangxian.accounts.protection import in_scope, protected

# A handover is seen from both ends.
_BOTH_ENDS = f"({in_scope('tasks_handover')}) OR ({in_scope('tasks_handover', path='to_path')})"


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("decide", "0002_protection")]
    operations = [
        protected("tasks_task"),
        protected("tasks_alert"),
        protected("tasks_handover", using=_BOTH_ENDS),
    ]
