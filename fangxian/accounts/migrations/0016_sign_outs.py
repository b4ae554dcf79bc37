"""How often somebody's sessions were ended: a sign-in that was under way then is over too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_as_it_was_read")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_outs",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
