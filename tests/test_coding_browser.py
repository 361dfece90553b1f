"""A coder's page in a real browser: keys answer, answers are kept and exported, nothing else runs."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from readout_nlp.coding.page import _digest, render_page
from readout_nlp.coding.strings import resource
from readout_nlp.coding.tasks import FIXED_OPTIONS, Task

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OWN = "document.documentElement.dataset.owned=1"
HOSTILE = f'</div><script>{OWN}</script><img src=x onerror="{OWN}">'
TASKS = {
    "w0001": Task(kind="word_intrusion", stratum="t01", options=("水", "电", "学"), answer=2),
    "a0001": Task(
        kind="act_check",
        stratum="hear",
        options=FIXED_OPTIONS["act_check"],
        answer=1,
        text=HOSTILE,
        before=HOSTILE,
    ),
    "l0001": Task(kind="label_match", stratum="t01", options=(HOSTILE, "=1+1"), answer=0, text="防汛"),
}


@pytest.fixture
def visit(chromium, tmp_path):
    """Open the page with a script of ours after its own, and give what that script found, and the log."""

    def run(probe="", query=""):
        text, script = render_page(TASKS, coder="甲", seal="0"), resource("sheet.js")
        both = script + probe
        path = tmp_path / "sheet.html"
        path.write_text(text.replace(script, both).replace(_digest(script), _digest(both)), encoding="utf-8")
        flags = (
            "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
            "--disable-component-update --disable-sync --virtual-time-budget=4000 --enable-logging=stderr "
            f"--user-data-dir={tmp_path / 'profile'} --dump-dom"
        )
        done = subprocess.run(
            [chromium, *flags.split(), f"{path.as_uri()}{query}"],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        log = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
        found = re.search(r'<pre id="probe">(.*?)</pre>', done.stdout, re.DOTALL)
        return done.stdout, json.loads(found.group(1)) if found else None, log

    return run


EXPORT = """
(() => {
  URL.createObjectURL = (blob) => {
    blob.text().then((text) => {
      const out = document.createElement("pre");
      out.id = "probe";
      out.textContent = JSON.stringify(text);
      document.body.append(out);
    });
    return "#probe";
  };
  const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  %s
  document.getElementById("export").click();
})();
"""


def test_one_task_is_shown_and_the_script_runs_under_its_policy(visit):
    text, _, log = visit()
    assert '<html lang="zh-CN" data-lang="zh" class="js">' in text
    assert len(re.findall(r'<section class="task now"', text)) == 1
    assert len(re.findall(r'<section class="task"', text)) == 2
    assert log == ""


def test_number_keys_answer_and_move_on_and_the_export_holds_it(visit):
    text, csv, log = visit(EXPORT % 'press("3"); press("2"); press("7"); press("0");')
    rows = csv.lstrip("\ufeff").split("\r\n")
    assert rows == ["task,coder,answer,note", "w0001,甲,3,", "a0001,甲,2,", "l0001,甲,0,", ""]
    assert '<b id="answered">3</b>' in text
    assert log == ""


def test_a_key_without_an_option_does_nothing(visit):
    _, csv, _ = visit(EXPORT % 'press("9"); press("x"); press("ArrowRight"); press("ArrowLeft");')
    assert "w0001,甲,,\r\n" in csv


def test_answers_are_kept_in_the_browser(visit):
    visit(EXPORT % 'press("3"); press("ArrowRight");')
    text, csv, _ = visit(EXPORT % "")
    assert "w0001,甲,3," in csv
    assert '<section class="task now" id="a0001"' in text  # the first that is open


def test_notes_are_exported_safely(visit):
    note = '=1+1,"x"'
    probe = f"""
      const input = document.querySelector("[data-note=w0001]");
      input.value = {json.dumps(note)};
      input.dispatchEvent(new Event("input", {{ bubbles: true }}));
    """
    _, csv, _ = visit(EXPORT % probe)
    assert 'w0001,甲,,"\'=1+1,""x"""' in csv


def test_nothing_in_a_text_runs(visit):
    text, _, log = visit()
    assert "data-owned" not in re.search(r"<html[^>]*>", text).group()
    assert "<img" not in text
    assert log == ""


def test_the_page_opens_in_english_if_asked(visit):
    assert 'data-lang="en"' in visit(query="?lang=en")[0]
