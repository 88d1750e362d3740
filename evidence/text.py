"""PURE. Words in both languages, frozen side by side; which one to show is the page's decision."""

import msgspec


class Text(msgspec.Struct, frozen=True):
    """The same words in English and, where somebody has written it, in French."""

    en: str = ""
    fr: str = ""

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)

    def language_for(self, language: str) -> str:
        """The language a page in `language` shows these words in: its own if they exist in it, else the other."""
        if language == "fr":
            return "fr" if self.fr or not self.en else "en"
        return "en" if self.en or not self.fr else "fr"

    def words_for(self, language: str) -> str:
        return self.fr if self.language_for(language) == "fr" else self.en
