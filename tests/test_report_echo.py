"""The page of echo and reuse: passages as printed, arrows from the earlier to the later, no claim beyond."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from echo_corpus import corpus_of, on, wording
from planted_passages import draw, edited
from present_example import empty_example, make_example
from section_page import section_html

from readout_nlp.passages.aligned import aligned_passages
from readout_nlp.passages.corpus_passages import corpus_passages
from readout_nlp.passages.echo import echo
from readout_nlp.present.sections.echo import ECHO_CLASSES, echo_section, stacks
from readout_nlp.present.sections.echo_network import MOST_EDGES, MOST_NODES, RADIUS, network
from readout_nlp.present.sections.echo_passages import aligned, common_parts

HOSTILE = '"><script>owned()</script><img src=x onerror="owned()">'


def page(analysis, **settings):
    return section_html("echo", echo_section, analysis, **settings)


@pytest.fixture(scope="module")
def section():
    return page(make_example())


def joined(parts):
    return "".join(part.text for part in parts)


def common(parts):
    return "".join(part.text for part in parts if not part.alone)


def test_the_parts_of_two_texts_give_them_back_and_agree_on_what_is_common():
    rng = np.random.default_rng(0)
    for share in (0.0, 0.1, 0.3, 1.0):
        for _ in range(20):
            source = draw(rng, 60)
            target = edited(rng, source, share)
            one, other = common_parts(source, target)
            assert joined(one) == source
            assert joined(other) == target
            assert common(one) == common(other)
            if share == 0.0:
                assert not any(part.alone for part in (*one, *other))


def test_a_planted_edit_is_what_stands_alone():
    source, target = common_parts("要把隐患清单交到人", "要把隐患台账交到人")
    assert [part.text for part in source if part.alone] == ["清单"]
    assert [part.text for part in target if part.alone] == ["台账"]


def test_the_width_of_a_mark_is_no_difference():
    assert not any(part.alone for side in common_parts("抓好，落实", "抓好,落实") for part in side)


@pytest.mark.parametrize("texts", [("", "甲"), ("甲", ""), ("", "")])
def test_an_empty_side_has_no_part(texts):
    source, target = common_parts(*texts)
    assert (joined(source), joined(target)) == texts


def test_passages_of_a_corpus_stand_side_by_side_under_their_class():
    told = wording(40, "told")
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [wording(50, "a") + told]},
        {"name": "b", "place": "西河市", "day": on(3), "texts": [told + wording(50, "b")]},
    )
    passages = corpus_passages(corpus, formula=False)
    table = aligned_passages(echo(corpus, passages=passages, formula=False), passages, corpus)
    (one,) = aligned(table)
    assert (one.label, one.directed, one.reference) == ("echo_peer", True, False)
    assert (one.source.place, one.target.place) == ("东岭市", "西河市")
    assert joined(one.source.parts) == joined(one.target.parts) == told
    assert one.lag.en == "60 days apart"


def test_each_class_has_its_turn():
    row = make_example().tables["aligned_passages"].iloc[0].to_dict()
    kinds = [("echo_up", "longest")] * 2 + [("echo_peer", "longest")] * 2 + [("echo_peer", "random")]
    table = pd.DataFrame([row | {"class": label, "sampled": sampled} for label, sampled in kinds])
    assert [(one.label, one.sampled) for one in aligned(table)] == [
        ("echo_up", "longest"),
        ("echo_peer", "longest"),
        ("echo_peer", "random"),
        ("echo_up", "longest"),
        ("echo_peer", "longest"),
    ]


def test_what_the_dates_do_not_tell_is_not_told(section):
    directed, unclear = (part.split("</article>")[0] for part in section.split("<article")[1:3])
    for told in ("较早", "较晚", "相隔 366 天"):
        assert told in directed, told
        assert told not in unclear, told
    for told in ("其一", "其二", "先后不明", "日期不明"):
        assert told in unclear, told
    assert "<del>台账</del>" in directed
    assert "<ins>清单</ins>" in directed


def test_a_text_of_the_reference_is_called_so():
    example = make_example()
    table = example.tables["aligned_passages"]
    above = {"source_place": None, "source_readout": None, "source_kind": "reference", "source_id": "c1"}
    example.tables["aligned_passages"] = table.head(1).assign(**above)
    text = page(example, language="en")
    assert "reference text</span> <code>c1</code>" in text
    assert text.count('data-readout="') == 1  # the target alone can be opened


def test_every_passage_can_be_filtered_by_class_kind_and_place(section):
    options = set(
        re.findall(r'<option value="([^"]+)"', section.split('id="echo-filter"')[1].split("</form>")[0])
    )
    assert {"echo_peer", "undirected", "longest", "random", "甲河市", "乙山市"} == options
    articles = re.findall(r'data-label="(\w+)" data-sampled="(\w+)" data-places="([^"]*)"', section)
    assert articles == [
        ("echo_peer", "longest", "甲河市|乙山市"),
        ("undirected", "random", "甲河市|乙山市"),
    ]


def test_a_stack_is_whole_and_a_gap_has_none():
    table = make_example().tables["echo_places"]
    for one in stacks(table, "place"):
        assert sum(width for _, _, width, _ in one.parts) == pytest.approx(100, abs=0.5)
        assert [name for name, *_ in one.parts] == list(ECHO_CLASSES)
        assert one.span[0] <= one.share <= one.span[1]
    assert stacks(table.assign(gap=True), "place") == ()


def test_years_have_their_own_bars_and_thin_ones_are_marked():
    example = make_example()
    years = example.tables["echo_years"]
    example.tables["echo_years"] = years.assign(thin=years["year"] == 2019)
    text = page(example).split("逐年变化")[1].split("<h3")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(\d{4})(.*?)</tr>", text, re.DOTALL)
    assert [year for year, _ in rows] == ["2018", "2019", "2021"]
    assert ["样本过少" in row for _, row in rows] == [False, True, False]
    assert ["dot hollow" in row for _, row in rows] == [False, True, False]


def edges(*rows):
    columns = ["source_place", "target_place", "n_passages", "expected", "q"]
    table = pd.DataFrame(rows, columns=columns)
    days = {"first": pd.Timestamp("2018-01-05"), "last": pd.Timestamp("2020-01-05"), "median_lag_days": 44.0}
    return table.assign(excess=table["n_passages"] - table["expected"], directed=True, thin=False, **days)


def test_arrows_go_from_the_earlier_to_the_later_and_stop_at_it():
    drawn = network(edges(("甲", "乙", 30, 10.0, 0.01), ("乙", "丙", 12, 10.0, 0.9)), {})
    nodes = {node.place: node for node in drawn.nodes}
    assert (drawn.n_above, drawn.n_sure) == (2, 1)
    for edge in drawn.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        assert edge.path.startswith(f"M{source.x:g} {source.y:g}Q")
        tip = np.array([float(part) for part in edge.head.split()[0].split(",")])
        assert np.hypot(*(tip - (target.x, target.y))) < 8
        assert [drawn.nodes[edge.start].place, drawn.nodes[edge.stop].place] == [edge.source, edge.target]
    first, second = drawn.edges
    assert (first.source, first.ratio, first.sure, first.span) == ("甲", "3.0", True, "2018–2020")
    assert first.width > second.width
    assert not second.sure


def test_the_reference_has_a_name_in_each_language():
    example = make_example()
    example.tables["reuse_network"] = edges(("reference corpus", "甲河市", 30, 10.0, 0.01)).assign(
        n_readouts=9, characters=900
    )
    text = page(example)
    assert (
        '<tspan class="t" lang="zh-CN">参照文本</tspan><tspan class="t" lang="en">reference text</tspan>'
        in text
    )
    assert '<option value="reference corpus" label="参照文本"' in text


def test_only_what_exceeds_expectation_and_has_a_direction_is_drawn():
    table = edges(("甲", "乙", 30, 10.0, 0.01), ("乙", "丙", 5, 10.0, 0.9), ("丙", "甲", 30, 10.0, 0.01))
    table.loc[2, "directed"] = False
    drawn = network(table, {})
    assert [(edge.source, edge.target) for edge in drawn.edges] == [("甲", "乙")]
    assert network(table.iloc[[1, 2]], {}) is None
    assert network(table.iloc[:0], {}) is None


def test_a_large_network_is_cut_to_what_can_be_read_and_drawn_alike_twice():
    rng = np.random.default_rng(0)
    names = [f"地{number:03d}" for number in range(90)]
    rows = [
        (one, other, int(rng.integers(20, 60)), 10.0, float(rng.random()))
        for one in names
        for other in rng.choice(names, size=5)
        if one != other
    ]
    drawn = network(edges(*rows), {})
    assert len(drawn.nodes) <= MOST_NODES
    assert len(drawn.edges) <= MOST_EDGES
    assert drawn.n_above == len(rows)
    assert drawn == network(edges(*rows), {})
    apart = [(node.x, node.y) for node in drawn.nodes]
    assert len(set(apart)) == len(apart)
    assert np.allclose(np.hypot(*np.array(apart).T), RADIUS, atol=0.2)


def test_places_stand_on_the_circle_by_their_codes():
    table = edges(("甲", "乙", 30, 10.0, 0.01), ("乙", "丙", 30, 10.0, 0.01))
    drawn = network(table, {"丙": "990100", "甲": "990200", "乙": "990300"})
    assert [node.place for node in drawn.nodes] == ["丙", "甲", "乙"]


def test_the_network_is_a_table_as_well(section):
    table = section.split("图中各条")[-1]
    row = table.split("甲河市 → 乙山市")[1].split("</tr>")[0]
    for told in ("30", "10.0", "3.0", "2018–2022", "44", "0.010"):
        assert f">{told}<" in row, told


def test_what_is_missing_is_said():
    text = page(empty_example(), language="en")
    for reason in (
        "There is no text of items to match.",
        "No item has a year, so years cannot be compared.",
        "No two texts share a passage.",
        "No two places share more passages than expected.",
    ):
        assert reason in text


def test_without_texts_who_and_when_stay_and_the_words_go():
    secret = "市里把河道清单一条一条交到人手里"
    example = make_example(text=secret)
    marked = re.sub(r"</?(?:span|ins|del)>", "", page(example))
    assert secret in marked
    bare = page(example, texts=False)
    assert not any(secret[at : at + 6] in bare for at in range(len(secret) - 5))
    assert "2019-03-02" in bare
    assert "这份报告不含正文" in bare


def test_hostile_texts_and_names_stay_texts():
    for where in ("text", "place"):
        text = page(make_example(**{where: HOSTILE}))
        assert "<script" not in text
        assert "<img" not in text
        assert "href" not in text


def test_every_figure_has_an_alternative_text_and_its_table(section):
    for svg in re.findall(r"<svg[^>]*>", section):
        assert 'aria-hidden="true"' in svg or re.search(r'role="(?:img|group)" aria-label="[^"]+"', svg), svg
    offered = set(re.findall(r'data-csv="([a-z_]+)"', section))
    assert {"echo_places", "echo_years", "aligned_passages", "reuse_network"} <= offered
