"""Turn the public origins of the shipped real models into rows of texts (JSON Lines, gzip).

    python tools/rows_from_origin.py notes CHECKOUT OUT.jsonl.gz
    python tools/rows_from_origin.py broadcast CHECKOUT OUT.jsonl.gz

`notes`: github.com/sdx0112/Chinese-Topic-Modelling at commit e95b955, file `data/meeting notes.csv` (no
licence is stated there). `broadcast`: github.com/china-data/xwlb at commit 710ba22, files
`assets/<year>/<day>.json` (the code is MIT; the texts are the broadcaster's, there for study). Nothing is
downloaded: CHECKOUT is a folder with that repository.

`build_real_models.py` takes the rows and compares every text with the SHA-256 that the shipped model keeps,
so that a row that came out otherwise is named, not used in silence.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, str | int | None]

LARGEST_FIELD = 10_000_000
LINE_BREAK = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
VIDEO = re.compile(r"^\[视频\]")


def main() -> None:
    """Write the rows of one origin."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("origin", choices=sorted(READERS))
    parser.add_argument("checkout", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    rows = list(READERS[given.origin](given.checkout))
    with gzip.open(given.out, "wt", encoding="utf-8", newline="\n") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{len(rows)} rows")


def notes(checkout: Path) -> Iterator[Row]:
    """Read notes of central meetings from one CSV file."""
    csv.field_size_limit(LARGEST_FIELD)
    with (checkout / "data" / "meeting notes.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {
                "id": row["ID"],
                "city": "中央",
                "date": row["PUBLISH_DATE"][:10],
                "title": row["TITLE"],
                "source": row["MEETING_NAME"],
                "text": row["RAW_CONTENT"].strip(),
            }


def broadcast(checkout: Path) -> Iterator[Row]:
    """Read the items of the evening news, a file a day; a file that is not as expected is named."""
    for path in sorted((checkout / "assets").glob("20*/*.json")):
        try:
            videos = json.loads(path.read_text(encoding="utf-8"))["videoList"]
        except (ValueError, KeyError) as fault:
            print(f"left out {path.name}: {fault!r}", file=sys.stderr)
            continue
        for video in videos:
            detail = video.get("video_detail") or {}
            text = plain(detail.get("content") or "")
            if text:
                yield {
                    "id": detail["id"],
                    "city": None,
                    "date": str(detail.get("pubtime") or path.stem)[:10],
                    "title": VIDEO.sub("", detail.get("title") or ""),
                    "source": "央视新闻联播",
                    "text": text,
                }


def plain(content: str) -> str:
    """Turn paragraphs of HTML into lines."""
    lines = html.unescape(TAG.sub("", LINE_BREAK.sub("\n", content.replace("\r\n", "")))).split("\n")
    return "\n".join(line.rstrip() for line in lines if line.strip()).strip()


READERS = {"notes": notes, "broadcast": broadcast}

if __name__ == "__main__":
    main()
