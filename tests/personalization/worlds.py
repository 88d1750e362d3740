"""Small worlds of questions, exclusions and populations, written by hand or drawn by hypothesis."""

from itertools import product

from hypothesis import strategies as st

from evidence.text import Text
from personalization.frozen import Answers, Exclusion, Option, Personalization, Population, Question
from personalization.profile import Profile
from tests.rows import row


def box(**answers: str) -> Answers:
    """box(hr="positive", her2="low zero"): the rule "HR-positive and HER2-low or zero"."""
    return {question: tuple(options.split()) for question, options in answers.items()}


def question(
    slug: str, plain: str, *, wider: dict[str, str] | None = None, core: bool = True, assumed: str = ""
) -> Question:
    """A question with these plain options, wider options (slug → what they cover) and "unknown"."""
    kinds = dict.fromkeys(plain.split(), ("plain", ""))
    kinds |= {name: ("wider", covers) for name, covers in (wider or {}).items()}
    kinds["unknown"] = ("unknown", "")
    return row(
        Question,
        slug=slug,
        core=core,
        text=Text(en=f"{slug}?"),
        short=Text(en=slug),
        clause=Text(en=f"your {slug} is {{}}"),
        assumed=assumed,
        options=tuple(
            row(Option, slug=name, kind=kind, label=Text(en=name), phrase=Text(en=name), covers=tuple(covers.split()))
            for name, (kind, covers) in kinds.items()
        ),
    )


def world(questions, *, populations: dict[str, list[Answers]], exclusions: tuple[Answers, ...] | list[Answers] = ()):
    return Personalization(
        questions=tuple(questions),
        exclusions=tuple(Exclusion(f"exclusion-{n}", answers, Text(), ()) for n, answers in enumerate(exclusions)),
        populations=tuple(
            row(Population, slug=slug, name=Text(en=slug), rules=tuple(rules)) for slug, rules in populations.items()
        ),
    )


# The slow and obvious way to say the same as ruleset.py. A filling is one plain option for every question.


def fillings(profile: Profile) -> list[dict[str, str]]:
    """Every way to fill in what the profile leaves open."""
    questions = [question for question, _ in profile.open]
    return [dict(zip(questions, options, strict=True)) for options in product(*(options for _, options in profile.open))]


def lies_in(filling: dict[str, str], answers: Answers) -> bool:
    return all(filling[question] in options for question, options in answers.items())


def permitted(section: Personalization, profile: Profile) -> list[dict[str, str]]:
    """The fillings that no exclusion forbids."""
    return [f for f in fillings(profile) if not any(lies_in(f, exclusion.answers) for exclusion in section.exclusions)]


def is_in(section: Personalization, filling: dict[str, str], populations: tuple[str, ...]) -> bool:
    rules = [p.rules or ({},) for p in section.populations if p.slug in populations]
    return any(lies_in(filling, rule) for of_population in rules for rule in of_population)


# Worlds drawn at random.


@st.composite
def _questions(draw) -> list[Question]:
    drawn = []
    for name in "abcd"[: draw(st.integers(1, 4))]:
        plain = [f"{name}{n}" for n in range(draw(st.integers(2, 4)))]
        core = draw(st.booleans())
        wider = {f"{name}-wide": " ".join(plain[1:])} if len(plain) > 2 else {}
        assumed = "" if core else draw(st.sampled_from(["", *plain]))
        drawn.append(question(name, " ".join(plain), wider=wider, core=core, assumed=assumed))
    return drawn


def _boxes(questions: list[Question]) -> st.SearchStrategy[Answers]:
    """For each question any of its options; none means that the question is not named."""

    def answers(masks: tuple[int, ...]) -> Answers:
        return {
            asked.slug: tuple(option for bit, option in enumerate(asked.plain) if mask >> bit & 1)
            for asked, mask in zip(questions, masks, strict=True)
            if mask
        }

    return st.tuples(*(st.integers(0, 2 ** len(asked.plain) - 1) for asked in questions)).map(answers)


@st.composite
def worlds(draw) -> Personalization:
    questions = draw(_questions())
    rules = st.lists(_boxes(questions), max_size=3)
    return world(
        questions,
        populations={f"population-{n}": draw(rules) for n in range(draw(st.integers(1, 4)))},
        exclusions=draw(st.lists(_boxes(questions).filter(bool), max_size=3)),
    )


@st.composite
def worlds_with_a_profile(draw) -> tuple[Personalization, Profile]:
    section = draw(worlds())
    given = {}
    for asked in section.questions:
        answers = st.just("unknown") | st.sampled_from([option.slug for option in asked.options])
        answer = draw(answers if asked.core else st.none() | answers)
        if answer is not None:
            given[asked.slug] = answer
    return section, Profile.of(section.questions, given)
