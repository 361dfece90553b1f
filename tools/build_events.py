"""Count central events in dated national news and write them into readout_nlp/reference/data/.

    python tools/build_events.py NEWS.jsonl[.gz]

NEWS has one item a line with `date`, `title` and `text`. Written are (1) the rows of `dated_events.csv` of
the kinds counted here: the first mention and the busiest day of every name (an ordinal that a later headline
opens anew, a year or more after, is a row of its own), and words, of which those that no item prints are
dated by the end of the record; rows of other kinds and rows after the record stay; (2) `anniversaries.csv`:
the year that most mentions of an anniversary agree on; (3) `yearly_days.csv`: the year before the first of
a yearly day (第28个教师节) and the day it is told of most, by the same rule; days that the news do not tell
of stay. What is written is printed.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

from readout_nlp.durable import write_text

DATA = Path(__file__).parents[1] / "readout_nlp" / "reference" / "data"
HAN = "一二三四五六七八九十"
NUMBERED = {
    "reform_group": rf"中央全面深化改革领导小组第([{HAN}]+)次(?:全体)?会议",
    "reform_commission": rf"中央全面深化改革委员会第([{HAN}]+)次(?:全体)?会议",
    "finance_group": rf"中央财经领导小组第([{HAN}]+)次会议",
    "finance_commission": rf"中央财经委员会第([{HAN}]+)次会议",
    "seminar": r"(?<!部学习贯彻)(党的[^，。；的]{1,4}大精神)研讨班",
    "summit": (
        "((?:亚太经合组织|二十国集团领导人|金砖国家领导人|上海合作组织成员国元首理事会)"
        rf"第[{HAN}]+次(?:领导人非正式会议|峰会|会晤|会议))"
    ),
    "typhoon": r"第(\d{1,2})号(?:超强|强)?(?:台风|热带风暴|强热带风暴)[“‘]([一-鿿]{2,4})[”’]",
    "discipline_plenum": rf"([{HAN}]+届)中央(?:纪委|纪律检查委员会)第?([{HAN}]+)次全(?:体)?会",
}
ANEW = timedelta(365)
PROVINCES = (
    "天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南"
    "|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆"
)
VISIT = re.compile(rf"^习近平在({PROVINCES})(?!代表团)[^，。；]{{0,6}}(?:考察|调研)")
ONE_VISIT = timedelta(30)
JOURNEY = re.compile(r"^习近平将对([^，。；]{2,40}?)(?:进行)?国事访问")  # countries by their short names
AFTER_RECORD = timedelta(3650)
LANDS = re.compile(r"[、\s]+|和(?!国)")
BEFORE_OFFICE = date(2012, 11, 14)  # journeys of an earlier president
SPEECH = re.compile(
    r"(?<=在)([^，。；：、“”《》\s的和]{4,24}(?:座谈会|大会|会议))"
    r"(?:开幕式)?上(?:的|发表的?|所?作的)?(?:重要)?(?:讲话|主旨演讲)"
)
TOLD_IN_PASSING = re.compile(
    r"举行|主持|召开|传达|总书记|习近平|昨天|今天|当天|代表团|政治局|次(?:全体)?会议|全体会议"
)
EARLIEST = date(1998, 1, 1)
LEAST_ITEMS, SPEECH_DAYS = 3, timedelta(60)  # a speech that counts is told of at once, and more than twice
# called once in years; a later call has to be added with its source, or the name taken out
CONFERENCES = (
    "中央民族工作会议",
    "中央统战工作会议",
    "全国生态环境保护大会",
    "中央人才工作会议",
    "中央人大工作会议",
    "全国教育大会",
    "中央城市工作会议",
    "全国组织工作会议",
    "全国网络安全和信息化工作会议",
    "中央外事工作会议",
    "全国公安工作会议",
    "全国国有企业党的建设工作会议",
    "全国高校思想政治工作会议",
    "全国金融工作会议",
    "中央党的群团工作会议",
)
TITLES = ("习近平总书记", "总书记习近平", "习近平同志为核心")  # of no use before their first day
# words of the genre whose first day in the news bounds a page from below; one that no item prints is later
WORDS = (
    "新冠肺炎",
    "新型冠状病毒肺炎",
    "新冠病毒",
    "常态化疫情防控",
    "乡村振兴有效衔接",
    "中国式现代化",
    "全过程人民民主",
    "碳达峰",
    "新质生产力",
    "新发展格局",
    "铸牢中华民族共同体意识",
    "习近平新时代中国特色社会主义思想",
    "扫黑除恶专项斗争",
    "精准扶贫",
    "供给侧结构性改革",
    "粤港澳大湾区",
    "黄河流域生态保护和高质量发展",
    "乡村振兴战略",
    "主题教育领导小组",
    "退役军人事务",
    "市域社会治理",
    *TITLES,
)
YEARLY_DAY = re.compile(rf"第(\d{{1,3}}|[{HAN}]{{1,3}})[个届](“?[^，。、；：“”\s]{{2,14}})")
YEARLY_DAYS = (
    "教师节",
    "记者节",
    "医师节",
    "农民丰收节",
    "植树节",
    "护士节",
    "国家宪法日",
    "国家公祭日",
    "烈士纪念日",
    "扶贫日",
    "助残日",
    "航海日",
    "航天日",
    "旅游日",
    "国防教育日",
    "国家安全教育日",
    "防灾减灾日",
    "交通安全日",
    "安全教育日",
    "禁毒日",
    "艾滋病日",
    "志愿者日",
    "世界水日",
    "环境日",
    "地球日",
    "土地日",
    "粮食日",
    "读书日",
    "无烟日",
    "知识产权日",
    "科技工作者日",
    "安全生产月",
    "爱国卫生月",
    "节能宣传周",
    "海峡论坛",
    "进口博览会",
    "东盟博览会",
)
ANNIVERSARY = re.compile(r"([^\d，。、“”《》\s（）]{2,22}?)(\d{1,3})周年")
EVENTS = (
    "中国共产党成立",
    "建党",
    "中华人民共和国成立",
    "新中国成立",
    "中国人民政治协商会议成立",
    "全国人民代表大会成立",
    "共青团成立",
    "共产主义青年团成立",
    "抗美援朝出国作战",
    "深圳经济特区建立",
    "经济特区建立",
    "建省办经济特区",
    "浦东开发开放",
    "新疆生产建设兵团成立",
    "五四运动",
    "建国",
    "改革开放",
    "中国人民解放军建军",
    "建军",
    "红军长征胜利",
    "长征胜利",
    "抗日战争胜利",
    "抗战胜利",
    "世界反法西斯战争胜利",
    "香港回归祖国",
    "香港回归",
    "澳门回归祖国",
    "澳门回归",
    "人民政协成立",
    "毛泽东同志诞辰",
    "邓小平同志诞辰",
    "周恩来同志诞辰",
    "刘少奇同志诞辰",
    "朱德同志诞辰",
    "陈云同志诞辰",
    "马克思诞辰",
    "孙中山先生诞辰",
    "辛亥革命",
    "全民族抗战爆发",
    "人民代表大会成立",
    "广西壮族自治区成立",
    "宁夏回族自治区成立",
    "新疆维吾尔自治区成立",
    "西藏自治区成立",
    "内蒙古自治区成立",
    "汶川特大地震",
    "古田会议",
    "遵义会议",
    "红旗渠精神",
    "西藏和平解放",
    "南昌起义",
    "秋收起义",
    "延安文艺座谈会",
)


def read_news(path: Path) -> list[tuple[date, str, str]]:
    """Read the items in order of their day: day, title, text."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in data.splitlines()]
    return sorted((date.fromisoformat(row["date"]), row["title"], row["text"]) for row in rows if row["date"])


def numbered(news: list[tuple[date, str, str]], kind: str) -> list[tuple[str, str, date, date]]:
    """Give kind, name, first mention and busiest day of every numbered event."""
    pattern = re.compile(NUMBERED[kind])
    days: dict[str, list[Counter[date]]] = defaultdict(list)
    for day, title, text in news:
        headlines = {_name(found) for found in pattern.finditer(title)}
        for name in {_name(found) for found in pattern.finditer(f"{title}\n{text}")}:
            opened = days[name]
            if not opened or (name in headlines and day - min(opened[-1]) > ANEW):
                opened.append(Counter())
            opened[-1][day] += 1
    return [
        (kind, name, min(counted), max(counted, key=lambda day: (counted[day], -day.toordinal())))
        for name, opened in days.items()
        for counted in opened
    ]


def conferences(news: list[tuple[date, str, str]]) -> list[tuple[str, str, date, date]]:
    """Give the first headline of a conference, and again where it is called a year after the last."""
    rows: list[tuple[str, str, date, date]] = []
    for name in CONFERENCES:
        last = date.min
        for day in (day for day, title, _ in news if name in title):
            if last == date.min or day - last > ANEW:
                rows.append(("conference", name, day, day))
            last = day
    return rows


def visits(news: list[tuple[date, str, str]]) -> list[tuple[str, str, date, date]]:
    """Give province and day of the first headline of every visit."""
    days: dict[str, list[date]] = defaultdict(list)
    for day, title, _ in news:
        found = VISIT.match(title)
        if found is not None and (not days[found[1]] or day - days[found[1]][-1] > ONE_VISIT):
            days[found[1]].append(day)
    return [("visit", name, day, day) for name, dated in days.items() for day in dated]


def journeys(news: list[tuple[date, str, str]]) -> list[tuple[str, str, date, date]]:
    """Give the countries of state visits, by the day they were announced; more may lie outside the record."""
    days: dict[str, list[date]] = defaultdict(list)
    for day, title, _ in news:
        found = JOURNEY.match(title)
        for land in LANDS.split(found[1]) if found is not None else ():
            if not days[land] or day - days[land][-1] > ONE_VISIT:
                days[land].append(day)
    ends = ((EARLIEST, BEFORE_OFFICE), (news[-1][0] + timedelta(1), news[-1][0] + AFTER_RECORD))
    visited = [("state_visit", land, day, day) for land, dated in days.items() for day in dated]
    return visited + [("state_visit_unknown", land, *end) for land in days for end in ends]


def speeches(news: list[tuple[date, str, str]]) -> list[tuple[str, str, date, date]]:
    """Give the meetings whose speeches were told of by several items within weeks, each time they were."""
    days: dict[str, list[date]] = defaultdict(list)
    for day, title, text in news:
        for name in {found[1] for found in SPEECH.finditer(f"{title}\n{text}")}:
            if not TOLD_IN_PASSING.search(name):
                days[name].append(day)
    rows = []
    for name, dated in days.items():
        opened = [day for i, day in enumerate(dated) if not i or day - dated[i - 1] > ANEW]
        told = [(day, sum(day <= other <= day + SPEECH_DAYS for other in dated)) for day in opened]
        counted = [("speech", name, day, day) for day, items in told if items >= LEAST_ITEMS]
        rows += counted
        if counted and "周年" not in name:  # it may have met before the record and again after it
            rows.append(("speech_before", name, EARLIEST, EARLIEST))
            rows.append(("speech_after", name, news[-1][0] + timedelta(1), news[-1][0] + timedelta(1)))
    return rows


def _name(found: re.Match[str]) -> str:
    return " ".join(part.removesuffix("届") for part in found.groups())


def words(news: list[tuple[date, str, str]]) -> list[tuple[str, str, date, date]]:
    """Give the first day of every word; one that is never printed has the day after the record."""
    found = []
    for word in WORDS:
        first = next((day for day, title, text in news if word in text or word in title), None)
        day = first or news[-1][0] + timedelta(1)
        found.append(("title" if word in TITLES else "word", word, day, day))
    return found


def anniversary_years(news: list[tuple[date, str, str]]) -> list[tuple[str, int, int, int]]:
    """Give event, year, the mentions that agree on it, and all mentions; what is not clear is left out."""
    years: dict[str, Counter[int]] = defaultdict(Counter)
    for day, title, text in news:
        for event, nth in set(ANNIVERSARY.findall(f"{title}\n{text}")):
            for name in (name for name in EVENTS if event.endswith(name)):
                years[name][day.year - int(nth)] += 1
    rows = []
    for name in EVENTS:
        total = sum(years[name].values())
        year, agreeing = years[name].most_common(1)[0] if total else (0, 0)
        if agreeing >= 3 and agreeing >= 0.7 * total:
            rows.append((name, year, agreeing, total))
    return rows


def yearly_days(news: list[tuple[date, str, str]]) -> list[tuple[str, int, int, int, int, int]]:
    """Give name, the year before the first, month and day told of most, agreeing mentions, all mentions."""
    years: dict[str, Counter[int]] = defaultdict(Counter)
    told: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for day, title, text in news:
        for nth, words_after in set(YEARLY_DAY.findall(f"{title}\n{text}")):
            for name in (name for name in YEARLY_DAYS if name in words_after):
                years[name][day.year - _number(nth)] += 1
                told[name][day.month, day.day] += 1
    rows = []
    for name in YEARLY_DAYS:
        total = sum(years[name].values())
        year, agreeing = years[name].most_common(1)[0] if total else (0, 0)
        if agreeing >= 3 and agreeing >= 0.7 * total:
            rows.append((name, year, *told[name].most_common(1)[0][0], agreeing, total))
    return rows


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    whole = (HAN.index(tens) + 1 if tens else 1) * 10 if ten else 0
    return whole + (HAN.index(ones) + 1 if ones else 0)


def _not_told(name: str, counted: list[list[str]]) -> list[list[str]]:
    """Give the rows of a table that have a source of their own: no mention of them is counted."""
    path = DATA / name
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[1:] if path.is_file() else []
    return [row for row in rows if row[-1] == "0" and row[0] not in {first for first, *_ in counted}]


def merge(counted: list[tuple[str, str, date, date]], last: date) -> list[list[str]]:
    """Put the counted rows in the place of the old ones of their kinds; rows after the record stay."""
    with (DATA / "dated_events.csv").open(encoding="utf-8", newline="") as stream:
        old = [
            [row[key] for key in ("kind", "name", "first_mention", "busiest_day")]
            for row in csv.DictReader(stream)
        ]
    kinds = {row[0] for row in counted}
    kept = [row for row in old if row[0] not in kinds or date.fromisoformat(row[2]) > last]
    checked = {row[1] for row in kept if row[0] in ("speech", "state_visit")}
    counted = [
        row
        for row in counted
        if row[1] not in checked
        or not (row[0] == "speech_after" or (row[0] == "state_visit_unknown" and row[2] > last))
    ]
    new = [[kind, name, first.isoformat(), busiest.isoformat()] for kind, name, first, busiest in counted]
    return [list(row) for row in sorted({tuple(row) for row in kept + new})]


def main(path: Path) -> None:
    """Write the tables and print what was counted."""
    news = read_news(path)
    counted = [row for kind in NUMBERED for row in numbered(news, kind)]
    counted += words(news) + conferences(news) + visits(news) + journeys(news) + speeches(news)
    _write(
        "dated_events.csv", [["kind", "name", "first_mention", "busiest_day"], *merge(counted, news[-1][0])]
    )
    years = [[str(part) for part in row] for row in anniversary_years(news)]
    header = ["event", "year", "agreeing", "mentions"]
    _write("anniversaries.csv", [header, *years, *_not_told("anniversaries.csv", years)])
    days = [[str(part) for part in row] for row in yearly_days(news)]
    header = ["name", "year", "month", "day", "agreeing", "mentions"]
    _write("yearly_days.csv", [header, *days, *_not_told("yearly_days.csv", days)])
    print(f"{len(news)} items, {news[0][0]} to {news[-1][0]}")
    for kind, number in Counter(row[0] for row in counted).items():
        print(f"{kind}: {number} rows")
    print(f"anniversaries: {len(years)} of {len(EVENTS)} events")
    print(f"yearly days: {len(days)} of {len(YEARLY_DAYS)}")


def _write(name: str, rows: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    write_text(DATA / name, stream.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
