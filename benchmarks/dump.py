"""A synthetic dump of the web with its truth: few readouts, some of them copied, among everything else.

Usage: python benchmarks/dump.py FOLDER [--pages N] [--shards N] [--seed N]

One page in 200 is a readout of the synthetic sample (a fictional province); three in ten of these are copies:
mirrors under another address, or spam in traditional script or with glosses. The rest are news (a third of
them about something that was held or opened, so that words alone do not tell), forum threads, English pages,
notices of the sample, and bytes that are no text. Shards are WARC, WET, JSON Lines and Parquet in turn. All
of it is made up; no sentence is anybody's.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from selectolax.lexbor import LexborHTMLParser

from readout_nlp.pages.decode import decode
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.sample.scripts import glossed, survives, traditional

ONE_IN = 200
COPIED = 0.3
FORMS = ("warc.gz", "warc.wet.gz", "jsonl.gz", "jsonl.zst", "parquet")
KINDS = (("news", 52), ("forum", 18), ("english", 20), ("rubbish", 8), ("notice", 2))
TARGET = 2900  # bytes of a page that is filled up
PEOPLE = "市民 居民 游客 学生 老人 司机 村民 店主 医生 教练 读者 记者"
THINGS = "新桥 花展 球赛 菜市 车站 图书馆 运动会 新款手机 电影节 博览会 马拉松 招聘会 灯会 讲座 画展 公交线路"
SAYS = (
    "{day}，{thing}吸引了不少{who}，现场十分热闹。",
    "据{who}介绍，{thing}已经准备了{n}个月。",
    "{who}告诉记者，今年的{thing}比去年多了{n}项内容。",
    "有{who}表示，希望{thing}能办得更久一些。",
    "天气渐暖，{thing}周边的花也开了，{who}纷纷拍照留念。",
    "主办方提醒，前往{thing}的{who}请尽量乘坐公共交通。",
    "{thing}的门票分为{n}种，{who}可以在网上预约。",
    "一位{who}说，自己已经连续{n}年来看{thing}。",
)
HELD = (
    "{day}，{thing}在城东举行，{n}余名{who}参加。",
    "{thing}新闻发布会昨天召开，主办方介绍了有关安排。",
    "{thing}由一位年轻的{who}主持，持续了{n}个小时。",
    "比赛将于下月举行，{who}可以报名。",
    "上周召开的{thing}筹备会议确定了时间和路线。",
)
REPLIES = (
    "顶一下",
    "楼主说得对",
    "有没有人一起去{thing}？",
    "{n}楼的朋友别激动",
    "求{thing}的攻略",
    "路过，看看",
)
WORDS = "the market opened again today after a long winter and people walked along the river with coffee"


@dataclass(frozen=True, slots=True)
class Dumped:
    """One page of the dump: where it is, what it is, and its bytes."""

    address: str
    kind: str  # readout, or one of KINDS
    source: str | None  # of a readout: the page of the sample that it is, or is a copy of
    data: bytes
    html: bool


def make_dump(folder: Path, *, pages: int, shards: int, seed: int = 0) -> None:
    """Write the shards, and the truth beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    dumps, truth = folder / "dumps", folder / "truth.jsonl"
    dumps.mkdir(exist_ok=True)
    stream = _pages(pages, Random(seed), seed)
    each = -(-pages // shards)
    with truth.open("w", encoding="utf-8") as lines:
        for number in range(shards):
            form = FORMS[number % len(FORMS)]
            part = list(itertools.islice(stream, each))
            write_shard(dumps / f"shard-{number:04d}.{form}", form, part)
            for page in part:
                if page.kind == "readout":
                    lines.write(json.dumps({"address": page.address, "source": page.source}) + "\n")


def _pages(count: int, rng: Random, seed: int) -> Iterator[Dumped]:
    readouts = count // ONE_IN
    originals = list(itertools.islice(_originals(seed), max(1, int(readouts * (1 - COPIED)))))
    queue = [_page_of(path, data) for path, data in originals]
    queue += [_copy(rng.choice(originals), rng) for _ in range(readouts - len(queue))]
    rng.shuffle(queue)
    places = set(rng.sample(range(count), len(queue)))
    kinds, weights = zip(*KINDS, strict=True)
    for number in range(count):
        yield queue.pop() if number in places else _other(rng.choices(kinds, weights)[0], number, rng)


def _originals(seed: int) -> Iterator[tuple[str, bytes]]:
    for part in itertools.count():
        for file in generate_sample(SampleSettings(seed=seed + part, per_cell=100)):
            if file.truth["kind"] == "readout":
                yield f"{part}/{file.path}", file.data


def _page_of(path: str, data: bytes) -> Dumped:
    address = f"http://www.{path.split('/')[2]}.gov.cn.example/{path.replace('/', '-')}"
    return Dumped(address, "readout", path, data, path.endswith(".html"))


def _copy(original: tuple[str, bytes], rng: Random) -> Dumped:
    path, data = original
    text = decode(data).text
    how = rng.choice(("mirror", "traditional", "glossed"))
    if how == "traditional" and survives(text):
        data = traditional(text).encode("utf-8")
    elif how == "glossed" and survives(text):
        data = glossed(text)[0].encode("utf-8")
    number = rng.randrange(10**9)
    return Dumped(
        f"http://mirror{number % 97}.example/{number}.html", "readout", path, data, path.endswith(".html")
    )


def _other(kind: str, number: int, rng: Random) -> Dumped:
    address = f"http://site{number % 9973}.example/{kind}/{number}.html"
    if kind == "rubbish":
        return Dumped(address, kind, None, rng.randbytes(rng.randint(500, 5000)), False)
    text = "".join(_english(rng) if kind == "english" else _chinese(kind, rng))
    top = f"<html><head><title>{text[:18]}</title></head><body><div>首页 | 登录 | 注册</div>"
    page = f"{top}<p>{text}</p></body></html>"
    codec = "gb18030" if kind != "english" and rng.random() < 0.2 else "utf-8"
    return Dumped(address, kind, None, page.encode(codec), True)


def _english(rng: Random) -> Iterator[str]:
    length = rng.randint(TARGET // 2, TARGET * 2)
    while length > 0:
        sentence = " ".join(rng.choices(WORDS.split(), k=12)).capitalize() + ". "
        length -= len(sentence)
        yield sentence


def _chinese(kind: str, rng: Random) -> Iterator[str]:
    length = rng.randint(TARGET // 2, TARGET * 2)
    bank = SAYS + REPLIES if kind == "forum" else SAYS
    if kind == "news" and rng.random() < 1 / 3:
        bank = SAYS + HELD
    people, things = PEOPLE.split(), THINGS.split()
    while length > 0:
        day = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
        who, thing = rng.choice(people), rng.choice(things)
        said = rng.choice(bank).format(day=day, thing=thing, who=who, n=rng.randint(2, 60))
        length -= 3 * len(said)
        yield said if kind != "forum" else f"{said}<br>"


def write_shard(path: Path, form: str, pages: list[Dumped]) -> None:
    """Write pages in one of the formats."""
    if form.startswith("warc"):
        text = form == "warc.wet.gz"
        path.write_bytes(b"".join(gzip.compress(_warc(page, text=text), 6, mtime=0) for page in pages))
        return
    rows = [_row(page) for page in pages if page.kind != "rubbish"]
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, compression="zstd")
        return
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    if form.endswith("gz"):
        path.write_bytes(gzip.compress(data, 6, mtime=0))
    else:
        path.write_bytes(pa.Codec("zstd").compress(data, asbytes=True))


def _row(page: Dumped) -> dict[str, str | None]:
    text = decode(page.data).text
    return {"url": page.address, "html": text if page.html else None, "text": None if page.html else text}


def _warc(page: Dumped, *, text: bool) -> bytes:
    if text:
        plain = decode(page.data).text
        plain = LexborHTMLParser(plain).text(separator="\n") if page.html else plain
        kind, media, block = "conversion", "text/plain", plain.encode("utf-8", "replace")
    else:
        sent = (
            "text/html"
            if page.html
            else "application/octet-stream"
            if page.kind == "rubbish"
            else "text/plain"
        )
        kind, media = "response", "application/http; msgtype=response"
        block = f"HTTP/1.1 200 OK\r\nContent-Type: {sent}\r\n\r\n".encode() + page.data
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {page.address}\r\n"
        "WARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def main() -> None:
    """Read the call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    make_dump(asked.folder, pages=asked.pages, shards=asked.shards, seed=asked.seed)
    print(asked.folder / "dumps")


if __name__ == "__main__":
    main()
