"""The report in colours that the reader's system forces, pale or dark: what differs is still told apart."""

from __future__ import annotations

import pytest
from present_example import make_example

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LOOKS = """(all) => all.map((one) => { const look = getComputedStyle(one); return {
  ink: look.color, ground: look.backgroundColor, border: look.borderTopWidth, fill: look.fill }; })"""
LEAST = 4.5  # of the contrast of text, WCAG 2.2


def looks(page, selector):
    found = page.eval_on_selector_all(selector, LOOKS)
    assert found, selector
    return found


def light(colour):
    """Relative luminance of `rgb(r, g, b)`."""
    parts = [float(part) / 255 for part in colour.split("(")[1].rstrip(")").split(",")[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    pale, dark = sorted((light(one), light(other)), reverse=True)
    return (pale + 0.05) / (dark + 0.05)


@pytest.fixture(params=["light", "dark"])
def forced(open_report, example_report, request):
    page = open_report(example_report, lang="en")
    page.emulate_media(forced_colors="active", color_scheme=request.param)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    return page


def test_numbers_in_maps_can_be_read_on_their_shades(forced):
    cells = [one for one in looks(forced, ".heat td[class^=q]") if one["ground"] != "rgba(0, 0, 0, 0)"]
    assert len({one["ground"] for one in cells}) > 3
    assert min(contrast(one["ink"], one["ground"]) for one in cells) >= LEAST


def test_the_language_that_is_on_stands_out(forced):
    on, off = (looks(forced, f'.language [aria-pressed="{state}"]')[0] for state in ("true", "false"))
    assert contrast(on["ground"], off["ground"]) >= 3
    assert contrast(on["ink"], on["ground"]) >= LEAST


def test_marked_words_and_chips_stand_out(forced):
    ground = looks(forced, "body")[0]["ground"]
    marks = looks(forced, ".marked mark")
    assert all(contrast(one["ink"], one["ground"]) >= LEAST for one in marks)
    assert all(one["ground"] != ground for one in marks)
    assert {one["border"] for one in looks(forced, ".chips span")} == {"1px"}


def test_words_and_lines_of_charts_can_be_seen(forced):
    ground = looks(forced, "body")[0]["ground"]
    assert min(contrast(one["fill"], ground) for one in looks(forced, "svg text")) >= LEAST
    assert min(contrast(one["fill"], ground) for one in looks(forced, "circle.full")) >= LEAST


def test_every_class_of_echo_has_an_underline_of_its_own(open_report):
    page = open_report(make_example(), lang="en")
    page.emulate_media(forced_colors="active")
    styles = page.evaluate(
        """() => ['formula', 'echo_up', 'self_reuse', 'echo_peer', 'undirected'].map((name) => {
          const one = document.createElement('span'); one.className = `echo ${name}`;
          document.querySelector('#readouts').append(one);
          return getComputedStyle(one).textDecorationStyle; })"""
    )
    assert len(set(styles)) == len(styles)
