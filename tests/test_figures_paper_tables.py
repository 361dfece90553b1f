"""Tables for papers: the same values in LaTeX and CSV, nothing taken for a command, marks explained."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from figure_tables import NAMES, effects, keywords, topic_acts
from hypothesis import given, settings
from hypothesis import strategies as st
from present_example import GAP, make_example

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.present.fonts import check_glyphs
from readout_nlp.present.latex import escaped, latex_number
from readout_nlp.present.paper_tables import COLUMNS, NEEDED, paper_table, written

TABLES = make_example().tables
PLAIN = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\textsuperscript{\dag}": "†",
    r"\ensuremath{\infty}": "∞",
    r"\ensuremath{-}": "-",
    r"\textemdash{}": "—",
    "{[}": "[",
    "{*}": "*",
    **{f"\\{char}": char for char in "&%$#_{}"},
}
READ = re.compile("|".join(re.escape(key) for key in sorted(PLAIN, key=len, reverse=True)))


def printed(latex):
    """Read escaped text as LaTeX would print it; what is left unescaped is a fault."""
    rest = READ.sub("", latex)
    assert not set(rest) & set("\\&%$#_{}~^[*"), rest
    return READ.sub(lambda found: PLAIN[found.group()], latex)


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from('\\&%$#_{}~^<>|[]*"-†∞—甲 a1'),
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]),
        ),
        max_size=30,
    )
)
@settings(max_examples=200)
def test_any_text_is_printed_as_it_is(text):
    assert printed(escaped(text)) == " ".join(text.split())
    assert printed(latex_number(text)) == " ".join(text.split())


def tables():
    pairs = TABLES["pairs_places"].assign(expected=0.6)
    return {
        "shares": TABLES["shares_place_year"],
        "topic_acts": topic_acts(),
        "coverage": TABLES["coverage"],
        "topics": TABLES["topics"],
        "effects": effects(),
        "pairs": pairs,
        "keyness": keywords(),
        "tifa_lags": TABLES["tifa_lags"].assign(high=np.inf),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", COLUMNS)
def test_latex_and_csv_hold_the_same(kind, language):
    made = paper_table(tables()[kind], kind=kind, language=language, labels=NAMES, synthetic=True)
    lines = made.to_latex().splitlines()
    body = [line for line in lines if line.endswith(r" \\")]
    cells = [[printed(cell) for cell in re.split(r" (?<!\\)& ", line.removesuffix(r" \\"))] for line in body]
    read = list(csv.reader(io.StringIO(made.to_csv())))
    assert cells == read[: len(body)]
    assert [row[0] for row in read[len(body) :]] == list(made.notes)
    assert len(made.rows) == len(tables()[kind])
    assert {r"\toprule", r"\midrule", r"\bottomrule"} <= set(lines)
    assert len(re.search(r"tabular}{([lr]+)}", made.to_latex()).group(1)) == len(made.headings)
    check_glyphs([*made.headings, *made.notes])


def test_headings_and_names_are_of_one_language():
    table = tables()["topic_acts"]
    english, chinese = (
        paper_table(table, kind="topic_acts", language=one, labels=NAMES) for one in ("en", "zh")
    )
    assert english.headings[0] == "Topic"
    assert chinese.headings[0] == "主题"
    assert english.rows[0][:2] == ("Topic 0", "relay and study")
    assert chinese.rows[0][:2] == ("产业·项目·创新", "传达学习")


def test_a_gap_is_a_dash_and_a_thin_value_has_a_dagger_both_explained():
    table = TABLES["shares_place_year"].query("topic == 't01'")
    made = paper_table(table, kind="shares", language="en")
    by_cell = {(row[0], row[2]): row for row in made.rows}
    assert by_cell[GAP[0], str(GAP[1])][3:] == ("—",) * 4
    thin = [row for row in made.rows if row[3].endswith("†")]
    assert len(thin) == (table["thin"] & ~table["gap"]).sum() == 1
    assert [note[0] for note in made.notes] == ["†", "—"]
    solid = paper_table(table[~table["thin"]], kind="shares", language="en")
    assert solid.notes == ()


def test_a_zero_in_a_gap_is_still_a_dash():
    table = TABLES["coverage"].query("gap")
    assert paper_table(table, kind="coverage").rows[0][2:] == ("—", "—")


def test_made_up_data_are_marked_and_the_level_is_said():
    table = effects()
    table.attrs["level"] = 0.95
    made = paper_table(table, kind="effects", language="en", synthetic=True)
    assert made.notes == ("In brackets: 95 % interval.", "Synthetic data of a fictional province.")


def test_digits_round_everything_but_counts():
    made = paper_table(effects(), kind="effects", digits=3)
    assert made.rows[0][2:4] == ("5.000", "[3.000, 7.000]")
    assert written(-0.0001, "number") == "0.00"  # no negative zero
    assert written(0.0004, "p", 2) == "<0.01"
    assert written(2020.0, "year", 3) == "2020"


def test_text_that_a_spreadsheet_would_run_is_guarded_in_csv_only():
    table = pd.DataFrame({"place": ["=cmd()"], "share": [0.1]})
    made = paper_table(table, kind="shares")
    assert not made.to_csv().splitlines()[1].startswith("=")
    assert "=cmd() & 10.0" in made.to_latex()


def test_caption_and_label(tmp_path):
    made = paper_table(effects(), kind="effects", caption="50% & more", label="tab:effects_1")
    assert r"\caption{50\% \& more}" in made.to_latex()
    assert r"\label{tab:effects_1}" in made.to_latex()
    tex, data = made.save(tmp_path / "effects")
    assert tex.read_text(encoding="utf-8") == made.to_latex()
    assert data.read_text(encoding="utf-8-sig") == made.to_csv()


@pytest.mark.parametrize(
    ("how", "fault"),
    [({"kind": "other"}, "kind='other'"), ({"digits": -1}, "digits=-1"), ({"label": "a}b"}, "label='a}b'")],
)
def test_what_cannot_be_used_is_refused(how, fault):
    with pytest.raises(RecipeError, match=re.escape(fault)):
        paper_table(effects(), **{"kind": "effects", **how})


@pytest.mark.parametrize("kind", NEEDED)
def test_a_table_of_another_kind_is_refused(kind):
    with pytest.raises(InputError, match=NEEDED[kind][-1]):
        paper_table(pd.DataFrame({"colour": ["red"]}), kind=kind)
