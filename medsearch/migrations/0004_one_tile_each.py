from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("medsearch", "0003_tiles_and_programmes")]

    operations = [
        migrations.AddConstraint(
            model_name='jurisdiction',
            constraint=models.UniqueConstraint(fields=('map_column', 'map_row'), name='one_tile_on_the_map_each'),
        ),
        migrations.AddConstraint(
            model_name='jurisdiction',
            constraint=models.CheckConstraint(condition=models.Q(('map_column__gte', 1), ('map_column__lte', 8), ('map_row__gte', 1), ('map_row__lte', 5)), name='jurisdiction_tile_is_on_the_map'),
        ),
        migrations.RemoveField(
            model_name='jurisdiction',
            name='programmes',
        ),
        migrations.RemoveField(
            model_name='jurisdiction',
            name='programmes_en',
        ),
        migrations.RemoveField(
            model_name='jurisdiction',
            name='programmes_fr',
        ),
        # Only now is the name free: until here a text field of the jurisdiction had it.
        migrations.AlterField(
            model_name='programme',
            name='jurisdiction',
            field=models.ForeignKey(blank=True, help_text='Empty: all of Canada.', null=True, on_delete=models.deletion.PROTECT, related_name='programmes', to='medsearch.jurisdiction'),
        ),
    ]
