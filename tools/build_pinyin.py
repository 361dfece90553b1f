"""Build reference/data/division_pinyin.csv: the syllables of every division's short name, without tones.

Run: ``pip install pypinyin==0.55.0 && python tools/build_pinyin.py``. The phrases of pypinyin know the
readings of most places' names (六安 lu an, 乐清 yue qing).
"""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from readout_nlp.reference.gazetteer import divisions

TABLE = Path(str(files("readout_nlp.reference"))) / "data" / "division_pinyin.csv"


def spelled(short: str) -> str | None:
    """Spell a name as addresses do: no tones, ü as v; None for a name that is not all characters."""
    syllables = " ".join(lazy_pinyin(short, style=Style.NORMAL, v_to_u=False))
    return syllables if re.fullmatch(r"[a-z]+(?: [a-z]+)*", syllables) else None


def main() -> None:
    """Write the table, sorted by name; the fictional province has no addresses."""
    shorts = sorted({d.short for d in divisions() if not d.code.startswith("99")})
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["name", "syllables"])
        rows.writerows((short, found) for short in shorts if (found := spelled(short)))


if __name__ == "__main__":
    main()
