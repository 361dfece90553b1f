"""Small dumps of synthetic pages in every format, for the tests of the harvest."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq

TEXT = (
    "4月2日,市委常委会召开会议,市委书记李建明主持。会议听取了全市春耕备耕工作情况的汇报。会议强调,"
    "要抓好农资供应和技术指导,确保不误农时。会议研究了防汛抗旱、水库除险加固和城乡供水保障等事项,"
    "要求各县区落实责任,加强巡查值守,做好应急准备。会议还审议了年度重点建设项目计划,部署了安全生产检查。"
)
NEWS = "花展昨天在城东开幕,不少市民前来观看。"


def pages(count=6, *, readouts=(1, 4)):
    """Addresses and texts; those at `readouts` report a meeting, each of another day."""

    def text(n):
        return TEXT.replace("4月2日", f"4月{n + 1}日") if n in readouts else NEWS * (n + 1)

    return [(f"http://a{n}.example/{n}.html", text(n)) for n in range(count)]


def warc(address, text, *, kind="response", codec="gb18030"):
    """One record."""
    page = f"<html><body><p>{text}</p></body></html>".encode(codec)
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    media = "application/http; msgtype=response"
    if kind == "conversion":
        block, media = text.encode(), "text/plain"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def write_dump(path, rows):
    """Write pages in the format that the name tells."""
    name = path.name
    if ".warc" in name:
        kind = "conversion" if "wet" in name else "response"
        records = [warc(address, text, kind=kind) for address, text in rows]
        packed = [gzip.compress(one, mtime=0) for one in records] if name.endswith(".gz") else records
        path.write_bytes(b"".join(packed))
        return path
    table = [{"url": address, "text": text} for address, text in rows]
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(table), path)
        return path
    data = "".join(json.dumps(row, ensure_ascii="ascii" in name) + "\n" for row in table).encode()
    if name.endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    elif name.endswith(".zst"):
        data = pa.Codec("zstd").compress(data, asbytes=True)
    path.write_bytes(data)
    return path
