"""Golden pages: rows of `golden/pages.jsonl` -> the bytes of a page, and the truth about it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jinja2
import opencc
import pypinyin

FOLDER = Path(__file__).parent / "golden"


@cache
def rows():
    """All rows, in the order of the file."""
    text = (FOLDER / "pages.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def truth(row):
    """Give the truth in the keys of the sample's truth.jsonl, with body and spans made of the blocks."""
    told = row["truth"]
    if told["kind"] is None:
        return {"path": row["file"], **told}
    body, items = "", []
    for block in row["blocks"]:
        joint = "" if block.get("same_paragraph") or not body else "\n"
        start = len(body) + len(joint)
        body += joint + block["text"]
        if "acts" in block:
            known = {key: block[key] for key in ("acts", "subject", "text")}
            items.append({"act": block["acts"][0], **known, "start": start, "end": len(body)})
    return {"path": row["file"], **told, "attendance": row.get("attendance"), "items": items, "body": body}


def page(row):
    """Give the bytes of the page: its paragraphs in its layout, script and encoding."""
    form = "txt" if row["file"].endswith(".txt") else "html"
    text = _layouts().get_template(f"{row['layout']}.{form}.j2")
    whole = text.render(row={"time": ""} | row, lines=_paragraphs(row), footer=_footer(row))
    if row.get("convert"):
        converted = opencc.OpenCC(row["convert"]).convert(whole)
        whole = _glossed(whole, converted) if row.get("gloss") else converted
    return whole.encode(row["encoding"])


def write(folder):
    """Write all pages and their truth into `folder`; give the path of the truth."""
    for row in rows():
        (folder / row["file"]).write_bytes(page(row))
    told = folder / "truth.jsonl"
    told.write_text("\n".join(json.dumps(truth(row), ensure_ascii=False) for row in rows()), encoding="utf-8")
    return told


def _glossed(simple, traditional):
    """Print the reading after every character that the conversion changed: 學(xué)."""
    return "".join(
        after if before == after else f"{after}({pypinyin.pinyin(before, heteronym=False)[0][0]})"
        for before, after in zip(simple, traditional, strict=True)
    )


@cache
def _layouts():
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "layouts"),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        keep_trailing_newline=True,
    )


def _paragraphs(row):
    """Give the printed paragraphs: blocks of one paragraph joined, the dateline before, who was there."""
    lines = []
    for block in row["blocks"]:
        if block.get("same_paragraph") and lines:
            lines[-1] += block["text"]
        else:
            lines += block["text"].split("\n")
    lines[0] = row.get("dateline", "") + lines[0]
    if row.get("attendance"):
        lines.insert(row.get("attendance_after", len(lines)), row["attendance"])
    return lines + row.get("closing_lines", [])


def _footer(row):
    named = {"主办": "host", "网站标识码": "site_code", "备案序号": "icp"}
    return [f"{label}：{row[key]}" for label, key in named.items() if row.get(key)]
