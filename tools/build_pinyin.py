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

# What the package reads wrongly in names of places, as the hosts of their governments spell them
READ_OTHERWISE = {
    "洪洞": "hong tong", "朝阳": "chao yang", "珲春": "hun chun", "荥经": "ying jing", "筠连": "jun lian",
    "乐陵": "lao ling", "六合": "lu he", "漯河": "luo he", "单县": "shan xian", "曾都": "zeng du",
    "佛冈": "fo gang", "佛坪": "fo ping",
}  # fmt: skip
OF_PLACES = {"长": ("zhang", "chang"), "都": ("dou", "du")}
KEPT = {"长子"}
TABLE = Path(str(files("readout_nlp.reference"))) / "data" / "division_pinyin.csv"


def spelled(short: str) -> str | None:
    """Spell a name as addresses do: no tones, ü as v; None for a name that is not all characters."""
    read = lazy_pinyin(short, style=Style.NORMAL, v_to_u=False)
    if short not in KEPT and len(read) == len(short):
        read = [
            syllable if OF_PLACES.get(character, ("",))[0] != syllable else OF_PLACES[character][1]
            for character, syllable in zip(short, read, strict=True)
        ]
    syllables = READ_OTHERWISE.get(short, " ".join(read))
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
