"""The year of a day printed without one: clues only narrow, and what they cannot settle is not decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.readouts.dates import find_meeting_date
from readout_nlp.readouts.pictures import picture_days
from readout_nlp.readouts.printed_days import day_of
from readout_nlp.readouts.years import Reading, infer, windows
from readout_nlp.reference.anniversaries import anniversaries, event_years, yearly_days
from readout_nlp.reference.clues import clues
from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.year_cues import year_bounds, year_cues

BOUNDING = [cue for cue in year_cues() if cue.to_month is not None and cue.where == "within"]
SILENT = [cue for cue in year_cues() if cue.kind in {"edition", "target"} and cue.where == "within"]
PAPERS = sorted({row["name"] for row in table_rows("dated_events.csv") if row["kind"] == "paper"})
ISSUERS = next(row["only_if"] for row in table_rows("clue_kinds.csv") if row["kind"] == "paper").split(";")
YEARS = st.integers(2005, 2028)
DATES = st.dates(date(2006, 1, 1), date(2027, 12, 31))


def _days(month: int, day: int) -> list[date]:
    return [found for year in range(2000, 2035) if (found := day_of(year, month, day)) is not None]


@pytest.mark.parametrize("cue", BOUNDING, ids=lambda cue: cue.kind)
@given(year=YEARS, data=st.data())
def test_a_planted_cue_bounds_by_its_row(cue, year, data):
    word = data.draw(st.sampled_from(cue.words))
    ((low, high, label, _),) = year_bounds(f"会议听取{year}年{word}")
    assert low <= high
    assert (low.year * 12 + low.month - 1) - year * 12 == cue.from_month or label != f"{year}年{word}"
    assert (high + timedelta(1)).day == 1


@given(year=YEARS, word=st.sampled_from([word for cue in SILENT for word in cue.words]))
def test_a_year_aimed_at_bounds_nothing(year, word):
    assert not list(year_bounds(f"会议强调{year}年{word}"))


@given(text=st.text(alphabet="201-年至第次会议工作要点,。春节", max_size=80))
def test_any_text_gives_intervals_that_run_forward(text):
    for low, high, label, _ in year_bounds(text):
        assert low <= high
        assert label


@given(month=st.integers(1, 12), day=st.integers(1, 28), year=YEARS)
def test_more_clues_never_leave_more_days(month, day, year):
    days = _days(month, day)
    few, more = windows(f"{year}年工作要点"), windows(f"{year}年工作要点。{year}年上半年")
    assert set(infer(days, more).days) <= set(infer(days, few).days) <= set(days)


def test_no_clue_leaves_every_day_undecided():
    left = infer(_days(5, 6), [])
    assert len(left.days) == len(_days(5, 6))
    assert not left.bounded


def test_an_anniversary_in_its_own_name_is_no_look_back():
    own = {clue.wording: clue.label for group in clues().values() for clue in group if "贺信" in clue.only_if}
    assert any("周年" in wording for wording in own)
    for wording, label in own.items():
        told = [reading for (reading, *_) in windows(f"传达{wording}贺信精神") if reading.label == label]
        again = [reading for (reading, *_) in windows(f"再学习{wording}贺信精神") if reading.label == label]
        assert all(reading.fresh for reading in told)
        assert not any(reading.fresh for reading in again)
        assert len(told) == len(again) == 1


def test_a_fresh_interval_lies_within_what_the_clue_allows_to_begin():
    for readings in clues().values():
        for clue in readings:
            if clue.fresh is not None:
                assert clue.earliest is not None
                assert clue.earliest <= clue.fresh[0] <= clue.fresh[1]


@given(held=st.dates(date(2006, 1, 1), date(2027, 12, 31)))
def test_a_decided_day_is_printed_and_allowed(held):
    body = f"会议审议了{held.year}年工作要点。"
    found = find_meeting_date(
        lead=f"{held.month}月{held.day}日,市委常委会召开会议。", body=body, published=None
    )
    assert found is not None
    if found.value is not None:
        assert (found.value.month, found.value.day) == (held.month, held.day)
        assert found.earliest == found.value


@given(held=st.dates(date(2006, 1, 1), date(2027, 12, 31)))
def test_a_printed_weekday_is_kept(held):
    weekday = "一二三四五六日"[held.weekday()]
    lead = f"{held.month}月{held.day}日(星期{weekday}),市委常委会召开会议。"
    found = find_meeting_date(lead=lead, body=f"会议听取了{held.year}年审计情况汇报。", published=None)
    assert found is not None
    assert found.value is None or found.value.weekday() == held.weekday()


@given(event=st.sampled_from(sorted(event_years())), nth=st.integers(1, 130))
def test_an_anniversary_of_this_year_is_its_calendar_year(event, nth):
    (found,) = anniversaries(f"会议指出,今年是{event}{nth}周年,渡口要修好。")
    year = event_years()[event] + nth
    assert (found.earliest, found.latest) == (date(year, 1, 1), date(year, 12, 31))


@given(event=st.sampled_from(sorted(event_years())), nth=st.integers(1, 130))
def test_an_address_given_at_an_anniversary_is_not_older_than_its_year(event, nth):
    (prepared,) = anniversaries(f"筹备纪念{event}{nth}周年活动")
    (held,) = anniversaries(f"学习在纪念{event}{nth}周年大会上的讲话")
    assert prepared.earliest < held.earliest == date(event_years()[event] + nth, 1, 1)
    assert held.latest is None


@given(name=st.sampled_from(sorted(yearly_days())), nth=st.integers(2, 60), data=st.data())
def test_a_planted_yearly_day_settles_its_year(name, nth, data):
    zeroth = yearly_days()[name]
    held = zeroth.replace(year=zeroth.year + nth) - timedelta(data.draw(st.integers(0, 60)))
    found = find_meeting_date(
        lead=f"{held.month}月{held.day}日,市委常委会召开会议。",
        body=f"会议研究了第{nth}个{name}活动方案。",
        published=None,
    )
    if held.year < 1998 or held.year >= 2035 or (held.month, held.day) == (2, 29):
        return
    assert found.value == held


@given(year=st.integers(2001, 2034), nth=st.integers(1, 99))
def test_the_year_by_the_meetings_own_number_is_stated(year, nth):
    lead = f"5月6日,县长主持召开{year}年县政府第{nth}次常务会议,听取工作汇报。"
    found = find_meeting_date(lead=lead, body="", published=None)
    assert (found.value, found.year_basis) == (date(year, 5, 6), "stated")
    relayed = find_meeting_date(
        lead=f"5月6日,县委传达学习{year}年县政府第{nth}次常务会议精神。", body="", published=None
    )
    assert relayed.value is None


@given(
    held=DATES,
    after=st.integers(0, 10),
    form=st.sampled_from(["%Y-%m/%d/", "%Y/%m/%d/", "%Y%m%d/", "W0%Y%m%d"]),
)
def test_a_pictures_address_tells_the_days_before_it(held, after, form):
    put_up = held + timedelta(after)
    low, high = picture_days(f'<p><img src="/files/{put_up.strftime(form)}5512345.jpg"></p>'.encode())
    assert low <= held <= high == put_up


@given(first=DATES, apart=st.integers(11, 4000))
def test_pictures_that_disagree_tell_nothing(first, apart):
    page = "".join(f"![](/f/{day.isoformat()}/1.png)" for day in (first, first + timedelta(apart)))
    assert picture_days(page.encode()) is None


def _news(year, *, label):
    first, last = date(year, 1, 1), date(year, 12, 31)
    return Reading(first, date.max, (first, last), label)


@given(years=st.sets(st.integers(2001, 2030), min_size=2, max_size=6), data=st.data())
def test_news_that_agrees_on_one_year_decides_and_one_piece_of_many_years_does_not(years, data):
    meant = data.draw(st.sampled_from(sorted(years)))
    often = tuple(_news(year, label="often") for year in sorted(years))
    days = _days(6, 15)
    assert len(infer(days, [often]).days) > 1
    once = (Reading(date(2001, 1, 1), date.max, (date(meant, 1, 1), date(meant, 12, 31)), "once"),)
    assert infer(days, [often, once]).days == (date(meant, 6, 15),)


@given(words=st.sampled_from(["传达学习了", "学习了"]))
def test_what_is_news_only_if_passed_on_is_no_news_otherwise(words):
    (window,) = [w for w in windows(f"会议{words}总书记视察青海时的讲话。") if "视察青海" in w[0].label]
    assert all((reading.fresh is not None) == words.startswith("传达") for reading in window)


def _read_as_printed(words: str) -> bool:
    """Say whether a wording is a clue by itself: 总书记在某省考察 is read by a shorter one."""
    return any(reading.label.startswith(words) for window in windows(words) for reading in window)


SEVERAL = [
    (words, held)
    for words, told in clues().items()
    if len(held := {c.held for c in told if c.held}) > 1 and _read_as_printed(words)
]


@given(told=st.sampled_from(SEVERAL), data=st.data())
def test_an_events_own_day_before_its_name_tells_which_it_was(told, data):
    words, days = told
    own = data.draw(st.sampled_from(sorted(days)))
    found = windows(f"传达学习{own.month}月{own.day}日在{words}")
    kept = [[r for r in window if r.label.startswith(words)] for window in found]
    (readings,) = [window for window in kept if window]
    assert own in {reading.low for reading in readings}
    for (
        reading
    ) in readings:  # what else is kept was on the same day of another year, as far as days are known
        day = own.replace(year=reading.low.year)
        assert any(timedelta(0) <= other - day <= timedelta(4) for other in days)


def _begins_with(words, window):
    """Say whether a clue is read where the words begin: a wording, or a shorter one that begins it."""
    return words.startswith(window[0].label.rpartition(" (")[0])


def _no_news(window):
    return tuple(reading._replace(fresh=None) for reading in window)


@given(told=st.sampled_from(SEVERAL), data=st.data())
def test_a_day_on_which_none_was_chooses_none(told, data):
    words, days = told
    day = data.draw(DATES)
    off = all(
        not timedelta(0) <= other - day.replace(year=other.year, day=min(day.day, 28)) <= timedelta(4)
        for other in days
    )
    printed = f"传达学习{day.month}月{min(day.day, 28)}日在{words}"
    if off:  # one that the record does not have: no reading is news
        plain = windows(f"传达学习在{words}")
        assert windows(printed) == [_no_news(w) if _begins_with(words, w) else w for w in plain]


@given(paper=st.sampled_from(PAPERS))
def test_a_paper_dates_a_page_that_says_whose_it_is(paper):
    found = [w for w in windows(f"会议传达学习中办、国办《{paper}》。") if w[0].label.startswith(paper)]
    assert {reading.low for window in found for reading in window} == {
        clue.earliest for clue in clues()[paper]
    }
    ours = [w for w in windows(f"会议审议我县《{paper}》。") if w[0].label.startswith(paper)]
    assert bool(ours) is any(word in paper for word in ISSUERS)


def test_no_paper_goes_by_words_of_another_kind():
    others = {row["name"] for row in table_rows("dated_events.csv") if row["kind"] != "paper"}
    assert not others & set(PAPERS)
    assert all(len(paper) > 12 for paper in PAPERS)
