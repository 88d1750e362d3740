from django.db import migrations

TILES = {
    "yt": (1, 1), "nt": (2, 1), "nu": (3, 1),
    "bc": (1, 2), "ab": (2, 2), "sk": (3, 2), "mb": (4, 2), "on": (5, 2), "qc": (6, 2), "nl": (7, 2),
    "nb": (6, 3), "pe": (7, 3),
    "nihb": (1, 4), "ns": (7, 4),
}
"""Columns from the west, rows from the north."""


def tiles_and_programmes(apps, schema_editor):
    """Gives every place its tile, and turns the text that named its programmes into a programme of its own."""
    Jurisdiction = apps.get_model("medsearch", "Jurisdiction")
    Programme = apps.get_model("medsearch", "Programme")
    free = iter((column, 5) for column in range(1, 9))
    for place in Jurisdiction.objects.order_by("number"):
        place.map_column, place.map_row = TILES.get(place.code) or next(free)
        place.save()
        if place.programmes:
            programme = Programme.objects.create(
                slug=f"{place.code}-public-programmes",
                jurisdiction=place,
                kind="public",
                name=place.programmes[:200],
                name_en=place.programmes_en[:200] if place.programmes_en else None,
                name_fr=place.programmes_fr[:200] if place.programmes_fr else None,
                what=place.programmes,
                what_en=place.programmes_en,
                what_fr=place.programmes_fr,
            )
            programme.references.set(place.references.all())


class Migration(migrations.Migration):

    dependencies = [("medsearch", "0002_milestones_and_programmes")]

    operations = [migrations.RunPython(tiles_and_programmes, migrations.RunPython.noop)]
