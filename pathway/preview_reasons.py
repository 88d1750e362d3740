"""Why no plan shows a row, in words for staff, and the pages on which readers see it all the same."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from .assembly import Content
from .reach import Reach


def why_not(content: Content, kind: str, slug: str) -> str:
    """Why no plan shows the row."""
    formulary, reach = content.formulary, Reach(content)
    match kind:
        case "tracks":
            return _("Nobody follows this track: it has no steps with a statement in them, or nobody is in its population.")
        case "steps":
            if not reach.tracks_of_step[slug]:
                return _("The step stands in no track. Add it to a track, on the track’s page.")
            return _("None of its blocks is shown to anybody who follows a track that has this step.")
        case "headings":
            return _("No block that a plan shows stands under this heading.")
        case "blocks":
            block = next(block for block in content.pathway.blocks if block.slug == slug)
            if not reach.tracks_of_step[block.step]:
                return _("Its step stands in no track. Add the step to a track, on the track’s page.")
            if not reach.permitted(reach.boxes(block.population)):
                return _("Nobody can be in its population: its rules contradict the answers that cannot go together.")
            if block.kind == "treatments" and not any(True for _use in content.regimens_for(block)):
                return _("No drug has a use for this therapy group and setting, so the block has no cards to show.")
            return _("Nobody who follows a track with this step is in its population.")
        case "indications":
            use = formulary.indications[slug]
            if use.superseded_by:
                return _("This use was replaced by a newer one. It is history, and stands on the drug’s page.")
            if not reach.permitted(reach.boxes(use.population)):
                return _("Nobody can be in its population: its rules contradict the answers that cannot go together.")
            return _("No treatments block is for its therapy group, its setting and its population together.")
        case "drugs" | "classes" | "regimens" | "routes":
            return _("No use of it that still holds stands on a card of any plan, and no text of a plan names it.")
        case "funding":
            row = next(row for row in formulary.section.funding if row.slug == slug)
            if row.history:
                return _("It is history: a newer row has replaced it. It stands on the drug’s page.")
            if not row.jurisdiction:
                return _("It speaks of several places at once, so no plan shows it. It stands on the drug’s page.")
            return _("No card in a plan is led by this drug, or for this use. It stands on the drug’s page.")
        case "milestones":
            return _("Decisions on the way of a drug stand on the drug’s page, never in a plan.")
        case "programmes":
            return _("Programs stand on the pages of provinces and drugs, never in a plan.")
        case "terms":
            return _("No text that plans show uses this word, or one of its other spellings. It stands in the glossary.")
        case "references":
            return _("No statement that plans show rests on it.") + " " + _resting(content, slug)
        case "populations":
            if not reach.permitted(reach.boxes(slug)):
                return _("Nobody can be in it: its rules contradict the answers that cannot go together.")
            return _("Nothing in a plan is meant for it. Drug lists can still be narrowed by it, if it is a subtype.")
        case "exclusions":
            return _("Whoever answers like this gets no plan. The form says instead why these answers cannot go together.")
    return _("Nobody who answers like this gets a plan.")


def _resting(content: Content, reference: str) -> str:
    """What else than plans rests on a reference."""
    section = content.formulary.section
    named = [
        (_("drugs"), [row.name.en for row in (*section.drugs, *section.classes) if reference in row.references]),
        (_("programs"), [row.name.en for row in section.programmes if reference in row.references]),
        (_("decisions"), [row.slug for row in section.milestones if row.reference == reference]),
        (_("funding"), [row.slug for row in section.funding if row.reference == reference]),
        (_("provinces"), [row.name.en for row in section.jurisdictions if reference in row.references]),
    ]
    told = [f"{what}: {', '.join(names)}" for what, names in named if names]
    if not told:
        return _("Terms of the glossary may rest on it.")
    return _("It is the source of: %(what)s.") % {"what": "; ".join(told)}


def drugs_of(content: Content, kind: str, slug: str) -> list[str]:
    """The drugs on whose pages readers see the row, by name."""
    formulary = content.formulary
    section = formulary.section

    def found() -> Iterable[str]:
        match kind:
            case "drugs":
                yield slug
            case "classes":
                yield from (drug.slug for drug in section.drugs if drug.drug_class == slug)
            case "regimens":
                yield from formulary.regimens[slug].drugs
            case "indications":
                yield from formulary.regimens[formulary.indications[slug].regimen].drugs
            case "funding":
                yield from (row.drug for row in section.funding if row.slug == slug)
            case "milestones":
                yield from (row.drug for row in section.milestones if row.slug == slug)

    return sorted(set(found()), key=lambda drug: formulary.drugs[drug].name.en)
