"""Golden pages: rows of `golden/pages.jsonl` -> the bytes of a page, and the truth about it."""

from __future__ import annotations

import html
import json
from functools import cache
from pathlib import Path

import opencc

GOLDEN = Path(__file__).parent / "golden" / "pages.jsonl"


@cache
def rows():
    """All rows, in the order of the file."""
    return tuple(json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines())


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
    text = LAYOUTS[row["layout"]](row, _paragraphs(row))
    if row.get("convert"):
        text = opencc.OpenCC(row["convert"]).convert(text)
    return text.encode(row["encoding"])


def write(folder):
    """Write all pages and their truth into `folder`; give the path of the truth."""
    for row in rows():
        (folder / row["file"]).write_bytes(page(row))
    told = folder / "truth.jsonl"
    told.write_text("\n".join(json.dumps(truth(row), ensure_ascii=False) for row in rows()), encoding="utf-8")
    return told


def _paragraphs(row):
    """Give the printed paragraphs: blocks of one paragraph joined, the dateline before and the attendance."""
    lines = []
    for block in row["blocks"]:
        if block.get("same_paragraph") and lines:
            lines[-1] += block["text"]
        else:
            lines.append(block["text"])
    if row.get("dateline"):
        lines[0] = row["dateline"] + lines[0]
    where = row.get("attendance_after")
    if row.get("attendance") and where is not None:
        lines.insert(where, row["attendance"])
    elif row.get("attendance"):
        lines.append(row["attendance"])
    return lines + row.get("closing_lines", [])


def _get(row, key):
    return html.escape(row.get(key) or "")


def _metas(row):
    """Give the meta tags that Chinese government sites print, those that the row has."""
    named = {
        "SiteName": "host",
        "SiteIDCode": "site_code",
        "ColumnName": "column",
        "ArticleTitle": "title",
        "PubDate": "time",
        "ContentSource": "source",
    }
    tags = [
        f'<meta name="{name}" content="{_get(row, key)}"/>' for name, key in named.items() if row.get(key)
    ]
    return "\n".join(tags)


def _info(row, *, date="发布时间：", source="来源："):
    parts = [f"{date}{row['time']}"] if row.get("time") else []
    parts += [f"{source}{row['source']}"] if row.get("source") else []
    return parts


def _footer(row):
    parts = [f"主办：{row['host']}"] if row.get("host") else []
    parts += [f"网站标识码：{row['site_code']}"] if row.get("site_code") else []
    parts += [f"备案序号：{row['icp']}"] if row.get("icp") else []
    return parts


def standard(row, lines):
    """Article page of a government site with the standard meta tags."""
    body = "\n".join(f"<p>　　{html.escape(line)}</p>" for line in lines)
    info = "".join(f"<span>{part}</span>" for part in _info(row))
    foot = "".join(f"<p>{part}</p>" for part in _footer(row))
    return f"""<!DOCTYPE html><html><head><meta charset="{row["declared"]}"/>
<title>{_get(row, "title")}-{_get(row, "host")}</title>
{_metas(row)}
<script>var siteId=20190817; function big(){{document.body.style.zoom=1.2}}</script></head>
<body><div class="top"><a href="/">网站首页</a><a href="/zw">政务公开</a><a href="/hd">互动交流</a><a href="/fw">办事服务</a></div>
<div class="position">您当前的位置：<a href="/">首页</a> &gt; <a href="/yw">{_get(row, "column") or "要闻动态"}</a> &gt; 正文</div>
<div class="article"><h1>{_get(row, "title")}</h1>
<div class="article-info">{info}<span>浏览次数：<em id="hits">1126</em></span><span>字体：[<a>大</a> <a>中</a> <a>小</a>]</span></div>
<div class="article-content" id="zoom">
{body}
</div>
<div class="tools"><a onclick="window.print()">打印本页</a><a onclick="window.close()">关闭窗口</a></div></div>
<div class="footer">{foot}<p>建议使用1366*768分辨率浏览本站</p></div></body></html>"""


def old_table(row, lines):
    """Layout by tables and line breaks, as sites of the 2000s made it."""
    body = "<br>\n<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{html.escape(line)}" for line in lines)
    info = "&nbsp;&nbsp;".join([*_info(row, date="日期："), "点击数：87"])
    foot = "<br>".join(_footer(row))
    return f"""<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset={row["declared"]}">
<TITLE>{_get(row, "host") or "政务信息网"}</TITLE></HEAD>
<BODY bgColor=#ffffff><TABLE width=778 align=center border=0><TR><TD bgcolor=#cc0000><A href="index.asp">首 页</A> | <A href="list.asp?id=2">政务信息</A> | <A href="list.asp?id=5">领导之窗</A></TD></TR></TABLE>
<TABLE width=778 align=center border=0><TR><TD align=center><FONT size=4 color=red><B>{_get(row, "title")}</B></FONT></TD></TR>
<TR><TD align=center><FONT color=#666666>{info}</FONT></TD></TR>
<TR><TD style="LINE-HEIGHT: 200%"><FONT size=3>{body}</FONT></TD></TR>
<TR><TD align=right>【<A href="javascript:window.print()">打印</A>】【<A href="javascript:window.close()">关闭</A>】</TD></TR></TABLE>
<TABLE width=778 align=center><TR><TD align=center>{foot}</TD></TR></TABLE></BODY></HTML>"""


def pasted(row, lines):
    """Text pasted from a word processor: spans within spans, half a sentence each."""
    body = "\n".join(_spans(line) for line in lines)
    info = " ".join(_info(row, date="时间：", source="信息来源："))
    foot = " ".join(_footer(row))
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={row["declared"]}"/>
<title>{_get(row, "title")}_{_get(row, "column") or "工作动态"}_{_get(row, "host")}</title></head><body>
<ul class="nav"><li><a href="/a">走进本地</a></li><li><a href="/b">新闻中心</a></li><li><a href="/c">信息公开</a></li></ul>
<div class="main"><div class="tit">{_get(row, "title")}</div><div class="sub">{info} 【字号：大 中 小】</div>
<div class="TRS_UEDITOR">{body}</div></div>
<div class="foot">{foot}</div></body></html>"""


def _spans(line):
    half = len(line) // 2
    parts = "".join(
        f'<span lang="EN-US"><span style="font-size:21px">{html.escape(part)}</span></span>'
        for part in (line[:half], line[half:])
    )
    return f'<p class="MsoNormal" style="text-indent:43px"><span style="font-family:仿宋_GB2312">{parts}</span></p>'


def e_paper(row, lines):
    """A page of a newspaper's digital edition; the day stands in its head."""
    body = "".join(f"<P>　　{html.escape(line)}</P>" for line in lines)
    return f"""<html><head><meta charset="{row["declared"]}"><title>{_get(row, "source")}数字报-{_get(row, "title")}</title></head>
<body><div class="head"><span class="paper">{_get(row, "source")}</span> <span class="date">{_get(row, "time")} 星期三</span></div>
<div class="pagenav">第A01版：要闻 <a href="n2.html">下一版</a></div>
<div class="artnav"><a href="c1.html">上一篇</a> <a href="c3.html">下一篇</a> <a>放大</a> <a>缩小</a> <a>默认</a></div>
<h1>{_get(row, "title")}</h1><h2>{_get(row, "subtitle")}</h2>
<div id="ozoom"><founder-content>{body}</founder-content></div>
<div class="copy">{_get(row, "source")}社版权所有，未经书面授权不得转载</div></body></html>"""


def portal(row, lines):
    """A news portal: editor, correction link and copyright notice after the text."""
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="{row["declared"]}">
<meta name="publishdate" content="{(row.get("time") or "")[:10]}"><meta name="source" content="{_get(row, "source")}">
<title>{_get(row, "title")}</title></head><body>
<header><nav><a href="/">新闻</a> <a href="/l">理论</a> <a href="/v">视频</a> <a href="/app">客户端</a></nav></header>
<main><div class="header"><div class="header-time">{_get(row, "time")}</div><div class="source">来源：{_get(row, "source")}</div>
<h1><span class="title">{_get(row, "title")}</span></h1></div><article id="detail">{body}</article>
<div class="editor">责任编辑：莫小溪</div><div class="recorrect"><a>纠错</a></div><div class="share">分享到：<a>微信</a><a>微博</a></div>
<div class="rights">凡本网注明来源的作品，转载须注明出处，违者追究法律责任。联系电话：0{row.get("phone", "20-20172018")}</div></main></body></html>"""


def account(row, lines):
    """An article of a public account read on the phone."""
    body = "".join(f'<section style="margin:8px"><p><span>{html.escape(line)}</span></p></section>' for line in lines)
    return f"""<!DOCTYPE html><html><head><meta charset="{row["declared"]}"><meta property="og:title" content="{_get(row, "title")}"/></head>
<body id="activity-detail"><div class="rich_media"><h1 class="rich_media_title" id="activity-name">{_get(row, "title")}</h1>
<div id="meta_content"><span class="rich_media_meta">{_get(row, "source")}</span> <em id="publish_time">{_get(row, "time")}</em></div>
<div class="rich_media_content" id="js_content">{body}
<section><p>编辑：小禾</p><p>审核：老槐</p></section></div>
<div class="qr">长按二维码关注我们</div><div>阅读原文</div></div></body></html>"""


def divs(row, lines):
    """No paragraph tags at all: one div a line, indented by entities."""
    body = "".join(f"<div>&emsp;&emsp;{html.escape(line)}</div>" for line in lines)
    info = "　".join(_info(row, date=""))
    foot = "　".join(_footer(row))
    return f"""<html><head><meta charset="{row["declared"]}"><title>{_get(row, "title")}</title></head><body>
<div class="crumbs">首页 » 本地新闻 » 时政</div>
<div class="con"><h2>{_get(row, "title")}</h2><div class="date">{info}</div>
<div class="txt">{body}</div></div>
<div class="prev">上一条：关于暂停供水的公告</div><div class="next">下一条：没有了</div>
<div class="bottom">{foot}</div></body></html>"""


def article(row, lines):
    """HTML5 with a time element, the source in a list."""
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    source = f"<li>稿源：{row['source']}</li>" if row.get("source") else ""
    time = row.get("time") or ""
    return f"""<!DOCTYPE html><html><head><meta charset="{row["declared"]}"><title>{_get(row, "title")} | {_get(row, "host")}</title></head>
<body><aside><h3>热门推荐</h3><ul><li><a href="/1">一图读懂医保新规</a></li><li><a href="/2">本周末气温回升</a></li></ul></aside>
<article><header><h1>{_get(row, "title")}</h1><ul><li><time datetime="{time[:10]}">{time}</time></li>{source}</ul></header>
{body}
</article><footer>{" ".join(_footer(row))}</footer></body></html>"""


def copied(row, lines):
    """The text of a page as copied from the browser, with what surrounds it."""
    head = [f"当前位置：首页 > {row.get('column') or '时政要闻'} > 正文", row.get("title") or ""]
    info = "  ".join([*_info(row), "访问量：412", "【字体：大 中 小】"])
    tail = ["扫一扫在手机打开当前页", "【打印】【关闭】", *_footer(row)]
    return "\n".join([*head, info, "", *(f"    {line}" for line in lines), "", *tail])


def bare(row, lines):
    """Nothing but the text."""
    return "\n".join(lines)


def titled(row, lines):
    """Title, a meta line and the text."""
    info = " ".join(part for part in (row.get("time"), row.get("source") and f"来源: {row['source']}") if part)
    return "\r\n".join([row.get("title") or "", info, *(f"　　{line}" for line in lines)])


LAYOUTS = {
    layout.__name__: layout
    for layout in (standard, old_table, pasted, e_paper, portal, account, divs, article, copied, bare, titled)
}
