"""Freezes the glossary into a release, and finds terms in it."""

from collections.abc import Iterable, Iterator
from functools import partial

from evidence import releases
from evidence.content import NOT_REVIEWED, linked, slugs_of, text_of, with_review
from evidence.text import Text

from .frozen import Glossary, Term
from .marking import Entry, FirstMentions, Lexicon
from .prose import Mention, Prose, parse


def freeze() -> Glossary:
    from . import models

    return Glossary(terms=tuple(frozen_terms(models.Term.objects.order_by("slug"))))


def frozen_terms(rows) -> Iterator[Term]:
    """What a release keeps of these rows, in their order. A handful of queries."""
    for row in rows.prefetch_related(*linked(rows.model, "references")):
        said = Term(
            slug=row.slug,
            name=text_of(row, "name"),
            aliases=text_of(row, "aliases"),
            category=row.category,
            definition=text_of(row, "definition"),
            references=slugs_of(row, "references"),
            review=NOT_REVIEWED,
        )
        yield with_review(row, said)


def register():
    releases.register("glossary", freeze=freeze, shape=Glossary, models={"terms": "Term"})


def terms_by_slug(release: releases.Active) -> dict[str, Term]:
    return release.derived(_by_slug)


def _by_slug(release: releases.Active) -> dict[str, Term]:
    return {term.slug: term for term in release.sections["glossary"].terms}


def entries(glossary: Glossary, language: str) -> list[Entry]:
    """What to look for in text of this language: each term's name and aliases."""
    found = []
    for term in glossary.terms:
        names = [getattr(term.name, language), *getattr(term.aliases, language).splitlines()]
        found += [Entry(words=name.strip(), kind="term", key=term.slug) for name in names if name.strip()]
    return found


def lexicon(release: releases.Active, language: str) -> Lexicon:
    """The glossary alone; the pathway app adds the drugs' names to it."""
    return release.derived(_LEXICONS[language])


def _lexicon(language: str, release: releases.Active) -> Lexicon:
    return Lexicon(entries(release.sections["glossary"], language))


_LEXICONS = {language: partial(_lexicon, language) for language in ("en", "fr")}


class Reader:
    """One page being written in one language: parses its texts, marks first mentions, remembers the terms it used."""

    def __init__(self, release: releases.Active, language: str, found: Lexicon | None = None):
        self.language = language
        self._release = release
        self._terms = terms_by_slug(release)
        self._lexicon = found or lexicon(release, language)
        self._parsed: dict[tuple[int, str], Prose] = release.derived(_parsed)
        self._sections: dict[str, FirstMentions] = {}
        self._used: dict[str, Term] = {}

    def prose(self, text: Text) -> Prose:
        """The text's tree in this page's language (or, where it is missing, the other), mentions marked.

        Mentions are found in the page's own language only: words of another language are left as they are.
        """
        words = text.words_for(self.language)
        key = (id(self._lexicon), words)
        if key not in self._parsed:
            tree = parse(words)
            mark = text.language_for(self.language) == self.language
            self._parsed[key] = self._lexicon.mark(tree) if mark else tree
        return self._parsed[key]

    def shows(self, mention: Mention, section: str) -> bool:
        """Whether this mention is to be marked: the first of its kind in its section."""
        if not self._sections.setdefault(section, FirstMentions()).is_first(mention):
            return False
        if mention.kind == "term":
            self._used[mention.key] = self._terms[mention.key]
        return True

    def seen_in(self, section: str) -> frozenset[tuple[str, str]]:
        """What was marked so far in a section: (kind, key) of each mention."""
        return self._sections.setdefault(section, FirstMentions()).seen

    def apart(self, section: str) -> "Reader":
        """A reader for a piece of this page that is written by itself: of all sections, it knows this one alone."""
        reader = Reader(self._release, self.language, self._lexicon)
        reader._sections[section] = FirstMentions(self.seen_in(section))
        return reader

    def joined_by(self, terms: Iterable[Term], section: str, seen: frozenset[tuple[str, str]]) -> None:
        """Such a piece was put into the page: it used these terms, and this is what has been seen now in its section."""
        self._used.update((term.slug, term) for term in terms)
        self._sections[section] = FirstMentions(seen)

    @property
    def terms_used(self) -> list[Term]:
        """The terms marked so far, by name: a page lists them at its end, a printed one needs to."""
        return sorted(self._used.values(), key=lambda term: term.name.words_for(self.language).casefold())


def _parsed(release: releases.Active) -> dict[tuple[int, str], Prose]:
    """Kept with the release. Bounded, since only texts of the release are ever parsed."""
    return {}
