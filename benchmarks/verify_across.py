"""What is left of equal bits when another kind of computer repeats or verifies a saved model.

    python benchmarks/verify_across.py [--python PATH ...] [--only WORD]

A model of each kind is made here, of the synthetic sample. Then, under every change below, another process
makes them again and verifies those made here, in all three levels. Other kinds of processor are imitated: by
the kernels of linear algebra for them, by compiling our loops for them, by forbidding NumPy instructions.
`--python` takes interpreters that the package is installed for, with whatever library versions they have;
`--only` keeps the changes whose name holds the word.

For every change and model: whether the numbers are the same bits, and if not the largest difference of a
word's share of a topic, and of a topic's share of a document; the verdicts, with the largest difference of a
share inferred again, and the least cosine of a topic fitted again. At the end the largest of all.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import readout_nlp as rn
from readout_nlp.analysis.fits import MODELS, count_corpus
from readout_nlp.analysis.verify_model import verify_model
from readout_nlp.saved.processor import processor
from readout_nlp.threads import available
from readout_nlp.versions import library_versions

SAMPLE = {"cities": 6, "years": 4, "per_cell": 4}
RECIPES = {
    "cvb0": rn.Recipe(n_topics=12, n_seeds=10),
    "vb": rn.Recipe(n_topics=12, n_seeds=2, engine="vb", passes=10),
    "gensim": rn.Recipe(n_topics=12, n_seeds=2, engine="gensim", passes=10),
    "nmf": rn.Recipe(n_topics=12, n_seeds=1, model="nmf"),
}
GROUPS = "kmeans"
NUMPY = "NPY_DISABLE_CPU_FEATURES"
COLUMNS = "  {:<7} {:<9} {:>8} {:>8}  {:<7} {:<7} {:>8}  {:<7} {:>12}"
HEADINGS = ("model", "numbers", "words", "shares", "hashes", "shares", "differ", "refit", "least cosine")


def main() -> None:
    """Make the models here and elsewhere, and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", nargs="*", type=Path, default=[])
    parser.add_argument("--only", default="")
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(elsewhere(*given.child)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch) / "here"
        make(here)
        asked = (" --python ..." if given.python else "") + (f" --only {given.only}" if given.only else "")
        print(f"$ python benchmarks/verify_across.py{asked}")
        print(f"made by {about()}")
        print(f"{SAMPLE}, {rn.load_model(here / 'cvb0').doc_topics.shape[0]} items\n")
        print(COLUMNS.format(*HEADINGS))
        found = []
        chosen = {name: change for name, change in changes(given.python).items() if given.only in name}
        for number, (name, change) in enumerate(chosen.items()):
            child = ran(change, here, Path(scratch) / str(number))
            print(name if child["about"] == about() else f"{name}: {child['about']}")
            found += [report(model, here, child) for model in [*RECIPES, GROUPS]]
        summary(found)


def changes(pythons: Sequence[Path]) -> dict[str, Mapping[str, Any]]:
    """Name the changes: environment, processors to use, interpreter."""
    kernels = ("SkylakeX", "Haswell", "Sandybridge", "Prescott")
    oldest = {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1", "NUMBA_CPU_NAME": "generic"}
    none = {NUMPY: " ".join(instructions())}
    return {
        "nothing": {},
        "another order of hashes": {"environment": {"PYTHONHASHSEED": "7"}},
        **{f"OPENBLAS_CORETYPE={name}": {"environment": {"OPENBLAS_CORETYPE": name}} for name in kernels},
        **{f"OPENBLAS_NUM_THREADS={n}": {"environment": {"OPENBLAS_NUM_THREADS": n}} for n in "12"},
        "NUMBA_NUM_THREADS=1": {"environment": {"NUMBA_NUM_THREADS": "1"}},
        "one processor": {"processors": 1},
        "NUMBA_CPU_NAME=generic": {"environment": {"NUMBA_CPU_NAME": "generic"}},
        "NUMBA_CPU_NAME=haswell": {"environment": {"NUMBA_CPU_NAME": "haswell"}},
        f"{NUMPY}=all": {"environment": none},
        "all of the oldest, one processor": {"environment": {**oldest, **none}, "processors": 1},
        **{f"Python {version(path)}": {"python": path} for path in pythons},
    }


def instructions() -> list[str]:
    """List the instructions that NumPy chooses at run time on this processor."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]


def version(python: Path) -> str:
    """Ask an interpreter for its version and NumPy's."""
    code = "import platform, numpy, scipy; print(platform.python_version(), 'numpy', numpy.__version__)"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def ran(change: Mapping[str, Any], here: Path, there: Path) -> dict[str, Any]:
    """Make the models again in a process of its own, and verify those made here in it."""
    processors = change.get("processors")

    def fewer() -> None:
        if processors:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processors])

    command = [change.get("python", sys.executable), __file__, "--child", here, there]
    done = subprocess.run(
        list(map(str, command)),
        env={**os.environ, **change.get("environment", {})},
        preexec_fn=fewer,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) | {"folder": there}
    return found


def elsewhere(here: Path, there: Path) -> dict[str, Any]:
    """Make the models in `there`, and give the verdicts on those in `here`."""
    make(there)
    corpus = rn.sample_corpus(**SAMPLE)
    return {
        "about": about(),
        **{
            name: verify_model(here / name, corpus=corpus, refit=True).to_dict()
            for name in [*RECIPES, GROUPS]
        },
    }


def make(folder: Path) -> None:
    """Fit and save one model of each kind."""
    corpus = rn.sample_corpus(**SAMPLE)
    for name, recipe in RECIPES.items():
        tokens, counts = count_corpus(corpus, recipe)
        fit = MODELS[recipe.model](counts, recipe, map=map)[0]
        rn.save_model(fit, folder / name, corpus=corpus, tokens=tokens, recipe=recipe.model_dump(mode="json"))
    rn.save_model(rn.fit_clusters(counts, n_clusters=12), folder / GROUPS, corpus=corpus, tokens=tokens)


def report(model: str, here: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    """Print a line for a model; give its figures."""
    told = found[model]
    words, shares = compared(here / model, found["folder"] / model)
    verdicts = [told[level]["verdict"] for level in ("hashes", "shares", "refit")]
    hashes, again, refit = ("-" if verdict == "cannot be checked" else verdict for verdict in verdicts)
    differ, cosine = told["shares"].get("max_difference"), told["refit"]["min_cosine"]
    same = "same bits" if words == shares == 0 else "differ"
    line = (model, same, figure(words), figure(shares), hashes, again, figure(differ), refit, f"{cosine:.9f}")
    print(COLUMNS.format(*line), flush=True)
    return {
        "model": model,
        "words": words,
        "shares": shares,
        "again": differ or 0.0,
        "cosine": cosine,
        "failed": "failed" in verdicts,
    }


def summary(found: Sequence[Mapping[str, Any]]) -> None:
    """Print the largest differences of each kind of model over all changes."""
    print("\nover all changes, at most (cosine: at least)")
    for model in [*RECIPES, GROUPS]:
        own = [row for row in found if row["model"] == model]
        words, shares, again = (max(row[key] for row in own) for key in ("words", "shares", "again"))
        print(
            f"  {model:<7} same bits under {sum(row['words'] == row['shares'] == 0 for row in own)} of"
            f" {len(own)}; made again: words {figure(words)}, shares {figure(shares)}, cosine"
            f" {min(row['cosine'] for row in own):.9f}; inferred again: shares {figure(again)}; verdicts"
            f" failed: {sum(row['failed'] for row in own)}"
        )


def compared(here: Path, there: Path) -> tuple[float, float]:
    """Give the largest difference of two models' words and shares; infinite if they hold other words."""
    one, other = rn.load_model(here), rn.load_model(there)
    if one.topic_terms.shape != other.topic_terms.shape or one.vocabulary != other.vocabulary:
        return np.inf, np.inf
    words = float(np.abs(one.topic_terms - other.topic_terms).max())
    return words, float(np.abs(one.doc_topics - other.doc_topics).max())


def figure(value: float | None) -> str:
    """Give a small number short."""
    return "-" if value is None else f"{value:.1e}" if value else "0"


def about() -> str:
    """Say what runs: Python, libraries that matter most, the kind of processor."""
    kind, versions = processor(), library_versions()
    libraries = ", ".join(f"{name} {versions[name]}" for name in ("numpy", "scipy", "scikit-learn", "numba"))
    return (
        f"Python {platform.python_version()}, {libraries}; loops for {kind['compiled_for']}; numpy with"
        f" {', '.join(kind['numpy'])}; {', '.join(kind['blas'])}; {available()} processors"
    )


if __name__ == "__main__":
    main()
