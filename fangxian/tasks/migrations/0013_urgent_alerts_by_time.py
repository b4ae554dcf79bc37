"""What became of the urgent alerts that somebody set off is on their day: those of the last days, among all of years."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0012_what_an_alert_is_about")]

    operations = [
        migrations.AddIndex("alert", models.Index(
            fields=["raised_at"], name="alert_urgent", condition=models.Q(cause="urgent")))]
