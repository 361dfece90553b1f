"""From the README to a report on one's own folder of pages: its commands, as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[1]
MOST = 3
INSTALLS = {"make", "python3", "uv", ".venv/bin/pip"}
DIRTY = {
    "会议 (1).htm": "<html><script>var a = 1</script><body><h1>市委常委会召开会议</h1>"
    "<p>4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。</p></body></html>",
    "notice.txt": "招聘启事:本店诚聘店员两名,待遇面议。",
    "empty.html": "",
}
QUICK = "n_topics = 3\nn_seeds = 1\nscrutiny = []\n"


def way(readme):
    """Give the commands of the first shell block that ends in a report on one's own pages."""
    for block in re.findall(r"^```sh\n(.*?)^```", readme, re.M | re.S):
        lines = [shlex.split(line, comments=True) for line in block.splitlines() if line.strip()]
        for number, words in enumerate(lines, start=1):
            if "run" in words and "my_pages/" in words:
                return [words for words in lines[:number] if words]
    pytest.fail("the README has no command for a folder of one's own")


@pytest.fixture
def own_folder(tmp_path):
    """Hold pages as a user does: in a folder of any depth, some of them broken."""
    write_sample(tmp_path / "made", settings=SampleSettings(cities=2, years=2, per_cell=2))
    (tmp_path / "made" / "pages").rename(tmp_path / "my_pages")
    for name, text in DIRTY.items():
        (tmp_path / "my_pages" / name).write_bytes(text.encode("gb18030"))
    return tmp_path


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_a_report_on_own_pages_is_at_most_three_commands_away(name):
    commands = way((ROOT / name).read_text(encoding="utf-8"))
    assert len(commands) <= MOST
    *before, last = commands
    assert {words[0] for words in before} <= INSTALLS, "what comes before is the installation"
    # typed as it stands, it is found: nobody was told to activate an environment
    assert last[0] == ".venv/bin/readout-nlp"


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param([], id="as it stands", marks=pytest.mark.slow),
        pytest.param(["--recipe", "quick.toml"], id="with a quick recipe"),
    ],
)
def test_the_command_of_the_readme_makes_the_report_and_names_what_it_set_aside(own_folder, settings):
    words = [*way((ROOT / "README.md").read_text(encoding="utf-8"))[-1], *settings]
    (own_folder / "quick.toml").write_text(QUICK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "readout_nlp", *words[1:]],
        cwd=own_folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr[-2000:]  # done, and something was set aside
    assert len(done.stdout.splitlines()) == 1, "the last line printed is the path, and nothing else is data"
    report = own_folder / done.stdout.strip()
    assert report == own_folder / words[words.index("--out") + 1] / "report.html"
    assert "会议" in report.read_text(encoding="utf-8")
    for name in ("notice.txt", "empty.html"):
        assert re.search(rf"^quarantined: my_pages/{re.escape(name)}: \S", done.stderr, re.M), name
    assert "会议 (1).htm" not in done.stderr
    assert re.search(r"^\[1/9\] Reading pages +\d", done.stderr, re.M)
    assert re.search(r"^readouts +\d", done.stderr, re.M)
    assert re.search(r"^  readout-nlp cite \S+", done.stderr, re.M)
    assert "\r" not in done.stderr
