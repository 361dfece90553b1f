"""The terminal as people and programs meet it: the greeting, progress, JSON, completion, ways of leaving."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from readout_nlp import cli
from readout_nlp.analysis import run_manifest
from readout_nlp.analysis.run import STAGES as RUN_STAGES
from readout_nlp.commands import greeting as greetings
from readout_nlp.commands.ending import ending
from readout_nlp.commands.nearby import beside, hint
from readout_nlp.commands.options import name_quarantined
from readout_nlp.commands.stages import TITLES, UNITS, StageList, count_pages
from readout_nlp.commands.terminal import command_line, json_text
from readout_nlp.corpus.intake import check_pages
from readout_nlp.corpus.store_names import named_stores
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.text_tables import display_width

pytestmark = pytest.mark.once

PROGRAM = [sys.executable, "-m", "readout_nlp"]
QUICK = "n_topics = 3\nn_seeds = 1\nscrutiny = []\n"
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*[<>:\"\\|?*\x00-\x1f].*|.*[. ]")


def commands():
    return typer.main.get_command(cli.app).commands


def called(*words, **settings):
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **settings,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with pages, a store of them, a quick recipe, and a model."""
    folder = tmp_path_factory.mktemp("home")
    write_sample(folder / "sample", settings=SampleSettings(cities=2, years=2, per_cell=2))
    (folder / "sample" / "pages").rename(folder / "pages")
    (folder / "quick.toml").write_text(QUICK, encoding="utf-8")
    return folder


def test_alone_it_greets_a_newcomer_with_the_next_step_and_every_command(tmp_path):
    done = called(cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "会议通报" in done.stdout.splitlines()[1]
    assert "Nothing has been run here yet. Next:\n  readout-nlp run  " in done.stdout
    assert "readout-nlp run my_pages/" in done.stdout
    assert len(done.stdout.splitlines()) <= 22  # with a prompt below it fits the smallest usual terminal
    version = called("--version")
    assert done.stdout.splitlines()[0] == version.stdout.strip()
    assert re.fullmatch(r"readout-nlp \d+\.\d+\S*\n", version.stdout)


def test_the_stages_of_the_greeting_hold_every_command_once():
    listed = [name for names in greetings.STAGES.values() for name in names]
    assert sorted(listed) == sorted(commands())


def stand(folder, name, note, **told):
    out = folder / "out" / name
    out.mkdir(parents=True)
    told = {"artefact": note, "schema_version": 2, "pages": ["my pages"], "reference": []} | told
    at = run_manifest.STARTED if note == run_manifest.UNFINISHED else run_manifest.MANIFEST
    (out / at).write_text(json.dumps(told), encoding="utf-8")
    return out


def test_it_names_the_report_of_a_finished_run_and_how_to_go_on_with_one_cut_short(tmp_path):
    out = stand(tmp_path, "run", run_manifest.ARTEFACT)
    assert greetings.standing(tmp_path) is None  # without its report it is no finished run
    (out / "report.html").write_text("x", encoding="utf-8")
    assert greetings.standing(tmp_path).state == "finished"
    assert str(out / "report.html") in greetings.greeting("1", folder=tmp_path)
    os.utime(out / "manifest.json", (1, 1))
    cut = stand(tmp_path, "mine", run_manifest.UNFINISHED, reference=["centre"])
    text = greetings.greeting("1", folder=tmp_path)
    assert "cut short" in text
    assert command_line("readout-nlp", "run", "my pages", "--reference", "centre", "--out", cut) in text


def test_a_run_that_goes_on_is_not_called_cut_short(tmp_path):
    from filelock import FileLock

    out = stand(tmp_path, "run", run_manifest.UNFINISHED)
    with FileLock(out / ".lock"):
        assert greetings.standing(tmp_path).state == "going on"
    assert greetings.standing(tmp_path).state == "cut short"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"artefact": 3}', "\udcff"])
def test_a_note_that_is_none_is_passed_over(tmp_path, text):
    (tmp_path / "out" / "run").mkdir(parents=True)
    (tmp_path / "out" / "run" / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert greetings.standing(tmp_path) is None


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_greeting_fits_and_cuts_no_command_off(tmp_path, width):
    text = greetings.greeting("0.1.0", folder=tmp_path, width=width)
    assert max(map(display_width, text.splitlines())) <= width
    assert set(commands()) <= set(text.split())


def test_a_misspelt_command_is_told_the_nearest():
    done = called("rnu")
    assert done.returncode == 2
    assert "Did you mean 'run'?" in done.stderr


def test_a_missing_path_is_told_what_is_beside_it(tmp_path):
    (tmp_path / "my_pages").mkdir()
    done = called("parse", "mypages", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("did you mean my_pages?\n")
    assert len(done.stderr.splitlines()) == 1
    assert beside(tmp_path / "My_Pages") == [str(tmp_path / "my_pages")]
    assert beside(tmp_path / "nothing like it") == beside(tmp_path / "my_pages") == []
    assert hint(f"found no file {tmp_path / 'mypages'}", ["parse", "--out", "x"]) == ""


def test_the_list_of_stages_is_that_of_a_run():
    assert tuple(TITLES) == RUN_STAGES
    assert set(UNITS) <= set(RUN_STAGES)


class Screen:
    """A terminal that keeps what is written to it."""

    def __init__(self, *, live):
        self.live, self.text = live, ""

    def isatty(self):
        return self.live

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_in_a_pipe_there_is_one_line_a_stage_with_count_and_seconds():
    screen = Screen(live=False)
    stages = StageList(screen)
    with stages.stage("corpus"):
        assert list(stages.progress(iter("abc"), description="pages")) == ["a", "b", "c"]
    with stages.stage("lda"):
        assert list(stages.map(map)(abs, [-1, -2])) == [1, 2]
    first, second = screen.text.splitlines()
    assert re.fullmatch(r"\[1/9\] Reading pages +\d+\.\d s  3 pages, [\d.,]+/s", first)
    assert re.fullmatch(r"\[3/9\] Topics: LDA +\d+\.\d s  2 fits, [\d.,]+/s", second)
    assert set(stages.seconds) == {"corpus", "lda"}


def test_a_stage_that_fails_is_not_called_done_and_steps_within_steps_count_once():
    screen = Screen(live=False)
    stages = StageList(screen)
    with pytest.raises(ZeroDivisionError), stages.stage("corpus"):
        raise ZeroDivisionError
    assert screen.text == ""
    with stages.stage("corpus"):
        inner = stages.progress(range(4), description="")
        assert list(stages.progress(inner, description="pages")) == [0, 1, 2, 3]
    assert "4 pages" in screen.text


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_dumb_terminal_gets_plain_lines(monkeypatch, term):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLUMNS", "40")
    screen = Screen(live=True)
    with StageList(screen).stage("tables"):
        pass
    assert ("\r" in screen.text) == (term == "xterm")
    assert "\x1b" not in screen.text
    assert re.search(r"\[5/9\] Comparing +0\.0 s\n$", screen.text)


def test_pages_are_counted_beforehand_where_each_is_a_file(tmp_path):
    for name in ("a.html", "b.txt.gz", "deep/c.HTM", ".hidden/d.html", "deep/.e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert count_pages([tmp_path]) == 3
    (tmp_path / "rows.csv").write_bytes(b"x")
    assert count_pages([tmp_path]) is None
    assert count_pages([tmp_path / "a.html"]) == 1


@pytest.fixture(scope="module")
def run_on_narrow_terminal(home):
    """`run --json` with stderr on a terminal of 40 columns: (JSON of stdout, lines of the terminal, code)."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    words = ["run", "pages", "--recipe", "quick.toml", "--out", "out/quick", "--json"]
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    with (home / "stdout").open("wb") as stdout:
        process = subprocess.Popen(
            [*PROGRAM, *words],
            cwd=home,
            stdout=stdout,
            stderr=theirs,
            env=environment | {"TERM": "xterm", "NO_COLOR": "1"},
        )
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    text = shown.decode("utf-8")
    return json.loads((home / "stdout").read_text("utf-8")), re.split(r"[\r\n]+", text), process.wait()


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has closed
        return b""


def test_on_a_narrow_terminal_nothing_wraps_and_there_is_no_colour(run_on_narrow_terminal):
    _, lines, _ = run_on_narrow_terminal
    assert max(map(display_width, lines)) <= 40
    assert "\x1b" not in "".join(lines)
    for number, title in enumerate(TITLES.values(), start=1):
        assert any(re.match(rf"\[{number}/9\] {title} +\d+\.\d s", line) for line in lines), title


def test_a_run_ends_with_what_it_found_and_says_the_same_to_programs(run_on_narrow_terminal, home):
    told, lines, code = run_on_narrow_terminal
    text = "\n".join(lines)
    manifest = json.loads((home / "out" / "quick" / "manifest.json").read_text("utf-8"))
    corpus = manifest["corpus"]
    assert (told["readouts"], told["items"], told["places"]) == (
        corpus["n_readouts"],
        corpus["n_items"],
        corpus["n_places"],
    )
    assert told["topics"] == 3
    assert told["warnings"] == manifest["warnings"]
    assert len(told["quarantined"]) == told["set_aside"] == corpus["n_quarantined"]
    assert code == (1 if told["set_aside"] else 0)
    assert set(told["seconds"]) == set(TITLES)
    assert Path(home / told["report"]).is_file()
    for what in ("readouts", "items", "places", "years", "topics", "set aside", "warnings", "seconds"):
        assert re.search(rf"^{what} +\S", text, re.M), what
    assert "readout-nlp cite" in text
    assert greetings.standing(home).state == "finished"


def test_no_file_that_a_run_makes_has_a_name_that_windows_refuses(run_on_narrow_terminal, home):
    names = [path.name for path in (home / "out").rglob("*")]
    assert len(names) > 50
    assert not [name for name in names if RESERVED.fullmatch(name)]
    assert RESERVED.fullmatch("CON")
    assert RESERVED.fullmatch("aux.txt")
    assert RESERVED.fullmatch("a.")


def test_every_command_speaks_json():
    silent = {
        name
        for name, command in commands().items()
        if "--json" not in {o for p in command.params for o in p.opts}
    }
    assert silent == set()


def asked(*words):
    done = CliRunner().invoke(cli.app, [str(word) for word in (*words, "--json")])
    assert done.exit_code in (0, 1), (words, done.output, done.exception)
    assert len(done.stdout.splitlines()) == 1, words
    return json.loads(done.stdout, parse_constant=pytest.fail)


def test_what_commands_tell_programs_is_one_document_with_stable_names(home, tmp_path):
    store, model, pages = tmp_path / "store", tmp_path / "model", home / "pages"
    assert set(asked("sample", tmp_path / "s", "--cities", 2, "--years", 1, "--per-cell", 1)) == {
        "folder",
        "pages",
        "truth",
    }
    about = asked("ingest", pages, "--corpus", store)
    assert about == asked("corpus", store)
    assert {"fingerprint", "readouts", "items", "quarantined"} <= set(about)
    fitted = asked("fit", store, "--recipe", home / "quick.toml", "--out", model)
    assert (set(fitted), fitted["n_topics"]) == ({"model", "fingerprint", "method", "n_topics"}, 3)
    assert set(asked("cite", model)) == {"model", "format", "citation"}
    assert set(asked("show", model)) == {"model", "card", "manifest"}
    assert asked("verify", model)["ok"] is True
    assert asked("diff", model, model)["identical"] is True
    merged = asked("merge", store, f"again={store}", "--corpus", tmp_path / "both")
    assert merged.pop("folder") == str(tmp_path / "both")
    assert set(merged) == set(about)
    exported = asked("export", store, "--to", "csv", "--out", tmp_path / "csv")
    assert exported["files"] == sorted(path.name for path in (tmp_path / "csv").iterdir())
    truth = home / "sample" / "truth.jsonl"
    assert set(asked("evaluate", truth, pages)) == {"fields", "faults", "missing", "unknown"}
    made = asked("sheets", model, store, "--out", tmp_path / "sheets", "--tasks", "word_intrusion")
    assert set(made) == {"folder", "notes"}


def test_json_has_no_nan_and_keeps_chinese():
    value = {"市": float("inf"), "n": [float("nan"), 1.5, None], "path": Path("a")}
    assert json_text(value) == '{"市": null, "n": [null, 1.5, null], "path": "a"}'


COMPLETE = """
readout-nlp() {{ "{python}" -m readout_nlp "$@"; }}
source <(readout-nlp --show-completion bash)
complete -p readout-nlp
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_readout_nlp_completion "{program}" "${{COMP_WORDS[COMP_CWORD]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(words, tmp_path):
    program = tmp_path / "readout-nlp"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m readout_nlp "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = COMPLETE.format(python=sys.executable, words=words, program=program)
    environment = os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [shutil.which("bash"), "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert done.stderr == ""
    first, *rest = done.stdout.splitlines()
    assert "-o default" in first  # where we name nothing, bash completes paths
    return [word for word in rest if word]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("readout-nlp ru", ["run"]),
        ('readout-nlp cite model --format ""', ["bibtex", "apa", "cff"]),
        ("readout-nlp parse pa", []),
    ],
)
def test_bash_completes_commands_choices_and_leaves_paths_to_itself(tmp_path, words, expected):
    assert completed(words, tmp_path) == expected


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pipe")
def test_a_reader_who_has_had_enough_is_no_error(home):
    words = [str(path) for path in sorted((home / "pages").rglob("*.html"))] * 40
    with subprocess.Popen(
        [*PROGRAM, "parse", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        first = process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert json.loads(first)["origin"] == words[0]
    assert process.returncode == 141
    assert said == ""


def stopped(home, out):
    """Interrupt a run once it has begun; give its exit code, what it printed, what it said."""
    words = ["run", "pages", "--recipe", "quick.toml", "--out", out]
    process = subprocess.Popen(
        [*PROGRAM, *words],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # tests started in the background by a shell have Ctrl-C ignored, and children inherit that
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    note = home / out / run_manifest.STARTED
    deadline = time.monotonic() + 60
    while not note.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the group
    printed, err = process.communicate(timeout=60)
    said = [line for line in err.decode().splitlines() if not line.startswith("[")]
    return words, process.returncode, printed, said


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_with_one_line_that_says_how_to_go_on(home):
    for out in (
        "stopped",
        "stopped-too",
        "stopped-again",
    ):  # a library may swallow it: then the run ends well
        words, code, printed, said = stopped(home, out)
        if not (home / out / "report.html").exists():
            break
    assert code == 130, said
    assert printed == b""
    assert said == [f"readout-nlp: stopped; to go on from there: {command_line('readout-nlp', *words)}"]
    assert not list((home / out).rglob(".writing-*"))


def test_calls_are_quoted_as_windows_has_it(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    assert command_line("readout-nlp", "run", r"C:\data\my pages") == r'readout-nlp run "C:\data\my pages"'
    assert (
        command_line("readout-nlp", "run", r"\\server\share\pages") == r"readout-nlp run \\server\share\pages"
    )


def test_backslashes_drives_and_lines_of_windows_are_read(tmp_path):
    file = tmp_path / "rows.csv"
    text = "4月2日,市委常委会召开会议。会议研究了防汛。"
    file.write_bytes(f'text,date\r\n"{text}",2019-04-03\r\n'.encode())
    found = check_pages(file)
    assert (found.pages[str(file)], found.faults) == (1, ())
    assert [str(path) for path in named_stores([r"north=C:\data\a"]).values()] == [r"C:\data\a"]


def test_an_origin_with_backslashes_has_the_ending_of_its_file():
    from readout_nlp.corpus.intake import _form
    from readout_nlp.pages.page import Page

    origins = {
        r"C:\data.v2\page": "without an ending",
        r"\\server\a.b\Page.HTML.gz": ".html",
        "a.b/c": "without an ending",
    }
    for origin, ending_ in origins.items():
        assert _form(Page(origin=origin, data=b"", sha256="")) == ending_


def test_the_ending_of_a_run_says_where_unknown_figures_are_unknown():
    from readout_nlp.analysis.run import Done

    summary = {
        "synthetic": False,
        "readouts": 1200,
        "items": 1,
        "places": 0,
        "first_year": None,
        "last_year": None,
        "topics": 4,
        "unstable_topics": None,
        "set_aside": 0,
        "warnings": 0,
    }
    text = ending(Done(Path("out/run/report.html"), (), [], summary), seconds=61.2)
    assert "readouts   1,200\n" in text
    assert "years      none is certain" in text
    assert "topics     4, stability not measured" in text
    assert "set aside  none" in text
    assert "Synthetic" not in text


def test_the_first_pages_of_a_reason_are_named_and_the_others_counted(capsys):
    aside = [(f"{n}.txt", "empty") for n in range(7)] + [("x.txt", "not a readout")]
    assert name_quarantined(aside, listed="tables/quarantine.csv") == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [
        *(f"quarantined: {n}.txt: empty" for n in range(5)),
        "quarantined: x.txt: not a readout",
        "quarantined: 2 more, in tables/quarantine.csv: empty",
    ]
    name_quarantined(aside)
    assert len(capsys.readouterr().err.splitlines()) == 8, "where no table has them, each is named"
