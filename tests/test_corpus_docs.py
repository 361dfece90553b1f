"""The page on parsing: its examples run, and what it names exists."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from readout_nlp.corpus.corpus import CORRECTION_SCHEMA
from readout_nlp.corpus.corrections import COLUMNS
from readout_nlp.corpus.fields import FIELDS
from readout_nlp.corpus.merge import KEPT, REPRINT, VERSION
from readout_nlp.pages.repair import REPAIRS
from readout_nlp.readouts.readout import Readout

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "parsing.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_its_examples_run():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 20
    assert result.failed == 0


def test_every_table_that_it_names_exists():
    named = set(re.findall(r"`(\w+\.csv)`", TEXT)) - {"corrections.csv"}
    assert named
    assert not [name for name in named if not (ROOT / "readout_nlp" / "reference" / "data" / name).is_file()]


def test_it_explains_every_field_of_a_page_a_correction_and_an_origin():
    words = set(re.findall(r"`([\w ]+)`", TEXT))
    fields = set(Readout.__slots__)
    assert fields - words == set()
    assert {*FIELDS, *COLUMNS, *(CORRECTION_SCHEMA.keys()), KEPT, REPRINT, VERSION} - words == set()


def test_it_lists_the_repairs_in_their_order():
    kinds = ("mojibake", "entity", "zero_width", "nbsp", "lost_byte", "pinyin_gloss", "traditional")
    assert len(kinds) == len(REPAIRS)
    assert ", ".join(f"`{kind}`" for kind in kinds) in TEXT.replace("\n", " ")
