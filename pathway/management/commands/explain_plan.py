"""Explains a plan: every population and why the profile belongs, may belong or does not; every block and drug with the rule.

manage.py explain_plan --stage=4 --type=idc --hr=positive --her2=unknown
"""

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from evidence import holding, releases
from pathway.assembly import assemble
from pathway.content import content as content_of
from personalization.frozen import Answers
from personalization.profile import MissingAnswer, Profile, UnknownOption, UnknownQuestion
from personalization.ruleset import Belonging, in_words


class Command(BaseCommand):
    help = "Explain the plan for some answers, from the content as the tables have it (or, with --active, as published)."

    def add_arguments(self, parser):
        parser.add_argument("--active", action="store_true", help="Explain the active release instead of the tables.")
        parser.add_argument("answers", nargs="*", metavar="--question=answer")

    def run_from_argv(self, argv):
        # Questions are rows, so their names are only known once the content is read: pass them on as they are.
        ours = [a for a in argv[2:] if a.startswith("--") and "=" in a and a.split("=")[0] not in _DJANGO_OPTIONS]
        rest = [argument for argument in argv if argument not in ours]
        super().run_from_argv([*rest, *(answer.removeprefix("--") for answer in ours)])

    def handle(self, *args, active, answers, **options):
        release = holding.active() if active else releases.drafted()[1]
        content = content_of(release)
        given = dict(answer.removeprefix("--").split("=", 1) for answer in answers if "=" in answer)
        for question in content.questions:
            if question.core:
                given.setdefault(question.slug, "unknown")
        try:
            profile = Profile.of(content.questions, given)
        except (UnknownQuestion, UnknownOption, MissingAnswer) as error:
            raise CommandError(str(error)) from error
        for exclusion in content.ruleset.contradictions(profile):
            raise CommandError(f"These answers cannot go together ({exclusion.slug}): {exclusion.message.en}")
        placement = content.ruleset.place(profile)

        self.stdout.write("Answers")
        for question, _ in profile.open:
            options_left = placement.open_options(question)
            note = " (assumed)" if question in dict(profile.assumed) else ""
            self.stdout.write(f"  {question}: {given.get(question, '–')}{note} → {', '.join(options_left)}")
        self.stdout.write("\nPopulations")
        for population in content.populations.values():
            belonging = placement.belongs(population.slug)
            why = self.why(content, placement, population, belonging)
            self.stdout.write(f"  {belonging.name.lower():8} {population.slug}: {why}")
        plan = assemble(content, profile, on=timezone.localdate())
        self.stdout.write(f"\nPlan: {plan.track or 'none'}")
        blocks = {block.slug: block for block in content.pathway.blocks}
        for step in plan.steps:
            self.stdout.write(f"  {step.number}. {step.title.en}")
            for part in step.parts:
                for block in part.blocks:
                    self.block(block, blocks, "")
                for group in part.only_if:
                    for block in group.blocks:
                        self.block(block, blocks, f" if {group.condition.en}")

    def block(self, block, blocks, condition):
        self.stdout.write(f"     {block.slug} [{blocks[block.slug].population}]{condition}")
        for card in block.cards:
            uses = ", ".join(use.indication for use in card.uses)
            self.stdout.write(f"       · {card.regimen} by {uses}")

    def why(self, content, placement, population, belonging) -> str:
        if not population.rules:
            return "it is everybody"
        if belonging is Belonging.POSSIBLE:
            return "if " + in_words(content.questions, placement.what_decides(population.slug)).en
        if belonging is Belonging.CERTAIN:
            rules = [rule for rule in population.rules if _allows(placement, rule)]
            return "by " + (_said(rules[0]) if rules else "its rules together")
        missing = [
            {q: o for q, o in rule.items() if not set(o) & set(placement.open_options(q))} for rule in population.rules
        ]
        return "needs " + "; or ".join(_said(rule) or "a combination that is excluded" for rule in missing)


_DJANGO_OPTIONS = {"--settings", "--pythonpath", "--verbosity"}


def _allows(placement, rule: Answers) -> bool:
    return all(set(placement.open_options(question)) <= set(options) for question, options in rule.items())


def _said(rule: Answers) -> str:
    return " and ".join(f"{question} {'/'.join(options)}" for question, options in rule.items())
