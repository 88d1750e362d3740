"""What is chosen of a plan, put on paper: which words stand where. Says nothing about how they look."""

from collections.abc import Iterable

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.frozen import Cited
from evidence.templatetags.reviews import review_words
from evidence.templatetags.words import partial_date
from evidence.text import Text
from glossary.content import Reader
from glossary.marking import mentions
from glossary.prose import Emphasis, Inline, Items, Link, Paragraph, Prose, Strong, Words
from medsearch.formulary import Tally
from medsearch.lines import line_names
from medsearch.templatetags.funding import approval_name, funding_words

from .paper import Frame, Heading, Line, Listing, Pair, Pairs, Paper, Piece, Ruled, Run, Runs, Source, Sources, Written
from .plan import Card, FindOut, FundingHere, Part, Plan, PlanBlock, PlanStep, Use
from .selection import FULL, Selected
from .templatetags.plan_reviews import plan_review_words

KINDS = {
    "tip": gettext_lazy("Tip"),
    "standard": gettext_lazy("Standard of care"),
    "questions": gettext_lazy("Questions to ask"),
    "tests": gettext_lazy("Tests"),
    "decision": gettext_lazy("A decision you can take part in"),
}
QUESTIONS_TO_WRITE = 5
LINES_FOR_AN_ANSWER = 4


def paper(selected: Selected, reader: Reader, code: str = "") -> Paper:
    """Every word that stands on paper, in the reader's language. `code` is the plan code, or empty."""
    plan = selected.plan
    release = _("release %(number)s") % {"number": plan.release}
    foot = [formats.date_format(plan.day, "DATE_FORMAT"), release]
    return Paper(
        title=_("Your treatment plan"),
        language=reader.language,
        day=plan.day.isoformat(),
        pieces=tuple(_Printout(selected, reader).pieces()),
        foot=" · ".join([*foot, _("plan code %(code)s") % {"code": code}] if code else foot),
        page_of=_("Page {page} of {pages}"),
        large=selected.selection.large,
    )


class _Printout:
    def __init__(self, selected: Selected, reader: Reader):
        self.plan: Plan = selected.plan
        self.selection = selected.selection
        self.left_out = selected.left_out
        self.reader = reader
        self.full = selected.selection.reading == FULL

    def pieces(self) -> Iterable[Piece]:
        yield from self._head()
        if self.selection.care_team:
            yield _care_team()
        yield from self._written(self.plan.intro, "intro", self.plan.intro_references)
        yield from self._glance()
        yield from self._find_out()
        for step in self.plan.steps:
            yield Frame("step", tuple(self._step(step)))
        yield from self._left_out()
        if self.selection.questions_sheet:
            yield _questions_sheet()
        if self.selection.glossary and self.reader.terms_used:
            yield Frame("terms", tuple(self._terms()))
        if self.selection.references and self.plan.references:
            yield Frame(
                "references",
                (Heading(2, _runs(_("Sources")), "section"), Sources(tuple(map(_source, self.plan.references)))),
            )

    def _head(self) -> Iterable[Piece]:
        if self.plan.name:
            yield Line(self._words(self.plan.name), "track-name")
        answers = [
            Pair(
                self._words(answer.short),
                (Line((*self._words(answer.label), *_runs(f" ({_('taken as given')})" if answer.assumed else ""))),),
            )
            for answer in self.plan.answers
        ]
        if self.plan.jurisdiction:
            answers.append(Pair(_runs(_("Where you live")), (Line(self._words(self.plan.jurisdiction_name)),)))
        yield Frame("answers", (Heading(2, _runs(_("Made for these answers")), "box"), Pairs("answers", tuple(answers))))
        where = _("Each part says which, by whom and until when.") if self.full else ""
        yield Line(_runs(plan_review_words(self.plan.review, where)), "review-note")
        yield Line(
            _runs(
                _(
                    "Pathway gives information, not medical advice. Your care team knows you; please talk your plan over "
                    "with them."
                )
            ),
            "notice",
        )

    def _glance(self) -> Iterable[Piece]:
        """The steps as a list, with how soon. The short reading is one already."""
        if not self.full or len(self.plan.steps) < 2:
            return
        steps = tuple(tuple(self._at_a_glance(step)) for step in self.plan.steps)
        yield Frame("glance", (Heading(2, _runs(_("The steps")), "section"), Listing("plain", steps)))

    def _at_a_glance(self, step: PlanStep) -> Iterable[Line]:
        yield Line((Run(_("Step %(number)s") % {"number": step.number}, strong=True), Run(": "), *self._words(step.title)))
        for part in step.parts:
            for block in part.blocks:
                if block.interval:
                    title = (*self._words(block.title), Run(": ")) if block.title else ()
                    yield Line((*title, *self._words(block.interval)), "interval")

    def _find_out(self) -> Iterable[Piece]:
        if not self.plan.find_out:
            return
        yield Frame(
            "find-out",
            (
                Heading(2, _runs(_("What you could find out")), "section"),
                Line(
                    _runs(
                        _(
                            "Not knowing is fine: the plan says what would apply in each case. These answers would make it "
                            "shorter, the most helpful one first."
                        )
                    )
                ),
                *(Frame("question", tuple(self._question(question))) for question in self.plan.find_out),
            ),
        )

    def _question(self, question: FindOut) -> Iterable[Piece]:
        yield Heading(3, self._words(question.text), "block")
        if self.full:
            if question.settles:
                settles = _("Settles at least %(settles)s of the %(total)s parts that are still open.")
                yield Line(_runs(settles % {"settles": question.settles, "total": self.plan.undecided}), "settles")
            options = _joined([self._words(option.label) for option in question.still_open], "; ")
            yield Line((*_runs(_("Still open:") + " "), *options, Run(".")))
            yield from self._written(question.on_the_report, "find-out")
        if self.full or not question.say:
            yield from self._written(question.test, "find-out", question.references)
        if question.say:
            yield Line((*_runs(_("You could say:") + " "), *self._words(question.say)), "say")

    def _step(self, step: PlanStep) -> Iterable[Piece]:
        yield Heading(2, self._words(step.title), "step", over=_("Step %(number)s") % {"number": step.number})
        if step.opens:
            yield Line(_runs(_("You said you are here.")), "here")
        if step.summary:
            yield Line(self._words(step.summary), "summary")
        for part in step.parts:
            yield from self._part(part, step.slug)

    def _part(self, part: Part, section: str) -> Iterable[Piece]:
        if part.heading:
            yield Heading(3, self._words(part.heading), "part")
        level = 4 if part.heading else 3
        for block in part.blocks:
            yield from self._block(block, section, level)
        for group in part.only_if:
            heading = Heading(level, self._phrase(_("If %(condition)s"), condition=group.condition), "condition")
            blocks = (piece for block in group.blocks for piece in self._block(block, section, level + 1))
            yield Frame("only-if", (heading, *blocks))

    def _block(self, block: PlanBlock, section: str, level: int) -> Iterable[Piece]:
        """A block's frame; the cards of a treatments block stand side by side with it, so that sheets can turn between."""
        opening = tuple(self._opening(block, section, level))
        if block.kind == "treatments":
            yield Frame("block", opening)
            yield Listing("cards", tuple(tuple(self._card(card, section, level + 1)) for card in block.cards))
            closing = tuple(self._closing(block))
            if closing:
                yield Frame("block", closing)
        else:
            yield Frame(block.kind, (*opening, *self._closing(block)))

    def _opening(self, block: PlanBlock, section: str, level: int) -> Iterable[Piece]:
        cited = block.references
        kind = str(KINDS.get(block.kind, ""))
        says_kind = bool(kind) and not self._says(block.title, kind)
        if says_kind:
            interval = (Run(": "), *self._words(block.interval)) if block.interval else ()
            # In the short reading nothing follows that the sources could stand at the end of.
            yield Line((Run(kind, strong=True), *interval), "kind", () if block.body else cited)
        if block.title:
            yield Heading(level, self._words(block.title), "under-kind" if says_kind else "block")
        elif block.kind == "treatments":
            yield Heading(level, _runs(_("Drugs that may be offered")), "block")
        yield from self._written(block.body, section, cited)
        if block.options:
            below = level + 1 if block.title else level
            role = "options" if any(option.benefit for option in block.options) else "plain"
            yield Listing(role, tuple(tuple(self._option(option, section, below)) for option in block.options))

    def _option(self, option, section: str, level: int) -> Iterable[Piece]:
        if not option.benefit:
            yield Line(self._words(option.name))
            return
        yield Heading(level, self._words(option.name), "option")
        sides = (
            (_("What it can do for you"), option.benefit),
            (_("What it can do to you"), option.harm),
            (_("What it is like"), option.experience),
        )
        yield Pairs("sides", tuple(Pair(_runs(name), tuple(self._written(text, section))) for name, text in sides if text))

    def _closing(self, block: PlanBlock) -> Iterable[Piece]:
        """Who checked it, where anybody has checked a part of the plan."""
        if self.full and (self.plan.review.signed_off or self.plan.review.changed):
            yield Line(_runs(review_words(block.review, self.plan.day)), "reviewed")

    def _card(self, card: Card, section: str, level: int) -> Iterable[Piece]:
        """Two frames: what it is, and for whom and who pays."""
        yield Frame("card-name", (Heading(level, self._words(card.name, capital=True), "card"), *self._given(card)))
        terms: list[Piece] = [line for use in card.uses for line in self._use(use, card, section)]
        for here in card.funding:
            terms += self._funding(here)
        if self.full or not card.funding:
            terms.append(Line(_runs(_tally(card.tally)), "tally"))
        yield Frame("card-terms", tuple(terms))

    def _given(self, card: Card) -> Iterable[Line]:
        """How each drug is taken, and for which line it is."""
        for drug in card.drugs:
            brands = f" ({', '.join(drug.brands)})" if drug.brands else ""
            routes = _joined([self._words(route) for route in drug.routes], " / ")
            named = (*self._words(drug.name), *_runs(brands)) if len(card.drugs) > 1 or brands else ()
            yield Line((*named, *((Run(": "),) if named and routes else ()), *routes), "drug")
        if card.lines:
            yield Line((Run(_("When:"), strong=True), *_runs(f" {line_names(card.lines)}")), "lines")

    def _use(self, use: Use, card: Card, section: str) -> Iterable[Piece]:
        if use.for_whom:
            given_with = (Run(" – "), *self._words(use.given_with)) if use.given_with else ()
            yield Line((*self._phrase(_("If %(for_whom)s"), for_whom=use.for_whom), *given_with), "for-whom")
        elif use.given_with:
            yield Line(self._words(use.given_with, capital=True), "for-whom")
        if use.condition:
            yield Line(self._phrase(_("May be offered if %(condition)s."), condition=use.condition))
        yield from self._written(use.note, section)
        approval = _capital(str(approval_name(use.approval))) + "."
        if len(card.uses) > 1 and use.lines and use.lines != card.lines:
            approval = f"{_capital(line_names(use.lines))}. {approval}"
        yield Line(_runs(approval), "approval", use.references)

    def _funding(self, here: FundingHere) -> Iterable[Piece]:
        now = here.now
        place = tuple(Run(run.text, run.language, strong=True) for run in self._words(self.plan.jurisdiction_name))
        sources = (here.source,) if here.source else ()
        yield Line((*place, Run(": ", strong=True), *_runs(funding_words(now))), "funding", sources)
        if now.row is None:
            who = (Run(_("Who pays there for this kind of drug:") + " "), *self._words(now.who_pays), Run(" "))
            ask = _runs(_("Ask your cancer centre’s drug access navigator, pharmacist or social worker."))
            if self.full:
                yield Line((*(who if now.who_pays else ()), *ask), "detail")
            return
        for detail in (now.row.programme, now.row.criteria):
            if detail:
                yield Line(self._words(detail), "detail")

    def _left_out(self) -> Iterable[Piece]:
        if not self.left_out:
            return
        yield Frame(
            "left-out",
            (
                Heading(2, _runs(_("Not on this printout")), "section"),
                Listing(
                    "plain",
                    tuple(
                        (
                            Line(
                                (
                                    Run(_("Step %(number)s") % {"number": step.number}, strong=True),
                                    Run(": "),
                                    *self._words(step.sensitive_label or step.title),
                                )
                            ),
                        )
                        for step in self.left_out
                    ),
                ),
                Line(_runs(_("To have more of it printed, open the plan on the site and choose “Print or save as PDF”."))),
            ),
        )

    def _terms(self) -> Iterable[Piece]:
        yield Heading(2, _runs(_("Words used here")), "section")
        terms = self.reader.terms_used
        yield Pairs("terms", tuple(Pair(self._words(t.name), (Line(self._words(t.definition)),)) for t in terms))

    # The reader's words

    def _says(self, title: Text, kind: str) -> bool:
        """Whether a title ("Questions to ask when you are referred") says by itself what kind of block it heads."""
        return bool(title) and title.words_for(self.reader.language).casefold().startswith(kind.casefold())

    def _words(self, text: Text, capital: bool = False) -> Runs:
        language = text.language_for(self.reader.language)
        words = text.words_for(self.reader.language)
        foreign = "" if language == self.reader.language else language
        return (Run(_capital(words) if capital and not foreign else words, foreign),) if words else ()

    def _phrase(self, phrase: str, **texts: Text) -> Runs:
        """A sentence of the site with the editors' words in its one gap."""
        ((name, text),) = texts.items()
        before, after = phrase.split(f"%({name})s")
        return (*_runs(before), *self._words(text), *_runs(after))

    def _written(self, text: Text, section: str, sources: tuple[int, ...] = ()) -> Iterable[Written]:
        if not text:
            return
        tree = self.reader.prose(text)
        for mention in mentions(tree):
            self.reader.shows(mention, section)
        language = text.language_for(self.reader.language)
        yield Written(_with_addresses(tree), "" if language == self.reader.language else language, sources)


def _care_team() -> Frame:
    return Frame(
        "team",
        (
            Heading(2, _runs(_("My care team")), "box"),
            Ruled(_("Names and telephone numbers"), 3),
            Ruled(_("Who to call at night and on weekends"), 1),
            Ruled(_("Next appointment: day, time, place"), 2),
            Ruled(_("Notes"), 2),
        ),
    )


def _questions_sheet() -> Frame:
    number_of = _("Question %(number)s")
    return Frame(
        "questions-sheet",
        (
            Heading(2, _runs(_("My questions")), "section"),
            Line(_runs(_("Write down what you want to ask, and take this sheet with you. There is room for the answers."))),
            *(Ruled(number_of % {"number": n}, LINES_FOR_AN_ANSWER) for n in range(1, QUESTIONS_TO_WRITE + 1)),
        ),
    )


def _source(cited: Cited) -> Source:
    reference = cited.reference
    return Source(
        number=cited.number,
        organisation=reference.organisation,
        title=reference.title,
        url=reference.url,
        published=partial_date(reference.published) or _("undated"),
    )


def _tally(tally: Tally) -> str:
    said = [
        _("Last known to be paid for in %(paid)s of %(total)s provinces, territories and federal programs;")
        % {"paid": tally.paid, "total": tally.total}
    ]
    if tally.not_paid:
        said.append(_("not in %(not_paid)s;") % {"not_paid": tally.not_paid})
    if tally.under_review:
        said.append(_("under review in %(under_review)s;") % {"under_review": tally.under_review})
    said.append(_("no information for %(none)s.") % {"none": tally.no_information})
    return " ".join(said)


def _with_addresses(prose: Prose) -> Prose:
    """Paper has nothing to click on: the address of another site follows the words that lead to it."""

    def inline(nodes: tuple[Inline, ...]) -> Iterable[Inline]:
        for node in nodes:
            match node:
                case Strong(children=children):
                    yield Strong(tuple(inline(children)))
                case Emphasis(children=children):
                    yield Emphasis(tuple(inline(children)))
                case Link(url=url, children=children) if url.startswith(("https://", "http://")):
                    yield node
                    yield Words(f" ({bare_address(url)})")
                case Link(url=url, children=children) if not url.startswith(("mailto:", "tel:")):
                    yield from children
                case _:
                    yield node

    return tuple(
        Paragraph(tuple(inline(piece.children)))
        if isinstance(piece, Paragraph)
        else Items(piece.ordered, tuple(_with_addresses(item) for item in piece.items))
        for piece in prose
    )


def bare_address(url: str) -> str:
    """An address as people type it."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _runs(words: str) -> Runs:
    return (Run(str(words)),) if words else ()


def _joined(parts: list[Runs], between: str) -> Runs:
    return tuple(run for number, part in enumerate(parts) for run in ((Run(between), *part) if number else part))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
