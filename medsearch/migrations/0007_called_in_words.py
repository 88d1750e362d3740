from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("medsearch", "0006_help")]

    operations = [
        migrations.AlterModelOptions(
            name="funding",
            options={
                "base_manager_name": "objects",
                "ordering": ["drug__name", "jurisdiction__number", "-effective"],
                "verbose_name_plural": "funding",
            },
        ),
        migrations.AlterModelOptions(
            name="indication", options={"base_manager_name": "objects", "ordering": ["regimen__name", "slug"]}
        ),
        migrations.AlterModelOptions(
            name="milestone", options={"base_manager_name": "objects", "ordering": ["drug__name", "date", "slug"]}
        ),
    ]
