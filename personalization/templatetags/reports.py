"""The report that answers a question, and an example of the line to look for."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.templatetags.words import page_language
from personalization.frozen import Question, lines_of

register = template.Library()


@register.filter
def where_on_the_report(question: Question) -> str:
    """Heads the words that say where to look: "On the pathology report"."""
    match question.report:
        case "genes":
            return _("On the report on tumour genes")
        case "inherited":
            return _("On the report of a test for inherited genes")
        case "scan":
            return _("On the report on the scan")
        case _other:
            return _("On the pathology report")


def _caption(report: str, lines: int) -> str:
    match report:
        case "genes":
            return ngettext(
                "Example of a line on a report on tumour genes:", "Example of lines on a report on tumour genes:", lines
            )
        case "inherited":
            return ngettext(
                "Example of a line on a report of a test for inherited genes:",
                "Example of lines on a report of a test for inherited genes:",
                lines,
            )
        case "scan":
            return ngettext("Example of a line on a report on a scan:", "Example of lines on a report on a scan:", lines)
        case _other:
            return ngettext("Example of a line on a pathology report:", "Example of lines on a pathology report:", lines)


@register.inclusion_tag("pathway/report_example.html")
def report_example(question: Question) -> dict:
    """The example of a question, drawn as an excerpt of a report; nothing if it has none."""
    language = page_language()
    lines = lines_of(question.report_example.words_for(language))
    shown_in = question.report_example.language_for(language)
    return {
        "lines": lines,
        "caption": _caption(question.report, len(lines)),
        "language": "" if shown_in == language else shown_in,
        "answer": question.option(question.report_answer),
    }
