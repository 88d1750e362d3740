from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0002_history_of_releases"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="wrong",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Why plans of this release must not be relied on, in words for readers. Empty: nothing is known against it.",
            ),
            preserve_default=False,
        ),
    ]
