"""One section of the report alone: without fonts and other sections, it is rendered in no time."""

from readout_nlp.present import report
from readout_nlp.present.left_out import left_out
from readout_nlp.present.tables import COLUMNS
from readout_nlp.present.text import attribute, both, highlight
from readout_nlp.present.withheld import without_texts

SHELL = '{% import "macros.html.j2" as m with context %}{% include "sections/" ~ name ~ ".html.j2" %}'


def section_html(name, context_of, analysis, *, language="zh", texts=True, beside=None):
    """Render section `name` from what `context_of` says of the analysis, and those `beside` it, by name."""
    analysis = analysis if texts else without_texts(analysis)
    return (
        report._environment()
        .from_string(SHELL)
        .render(
            name=name,
            t=both,
            has=[table for table in COLUMNS if len(analysis.tables.get(table, ()))],
            language=language,
            texts=texts,
            label_attr=lambda key: attribute("aria-label", key, language),
            placeholder_attr=lambda key: attribute("placeholder", key, language),
            highlight=highlight,
            left_out=left_out(analysis.recipe),
            **{name: context_of(analysis)},
            **{other: context(analysis) for other, context in (beside or {}).items()},
        )
    )
