from django.db import migrations

ROLES = ["Viewer", "Data", "Author", "Reviewer", "Publisher"]


def make(apps, schema_editor):
    """The groups alone: permissions are made only after all migrations (staff/roles.py gives them then)."""
    for name in ROLES:
        apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    # Taken back, the groups stay: people are in them.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
