"""Check the scores of coders: intervals hold the truth, guessing scores chance, guessers do not agree.

Coders with known skill answer tasks of topics that are more or less clear: in a task a coder knows the answer
with the product of skill, the topic's clarity and the task's own, and guesses otherwise. Truth: the expected
share right of these coders over tasks that might have been drawn for these topics. Asked: 93 to 97 % of the
95 % intervals hold it, for shares right, log odds, accuracy of acts and alpha; coders who guess score chance
within 0.01, their alpha is 0 within 0.01, and at most 5 % of their scores are called above chance. The
strategies that need no reading (the first option, the shortest, the rarest, ...) are put to the tasks of a
fitted model.

    python benchmarks/validate/coding.py --runs 2000
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # what the benchmarks share lies beside

from topics_data import machine, say

import readout_nlp as rn
from readout_nlp.coding.agreement import krippendorff
from readout_nlp.coding.rates import Rate, mean_of, share_right
from readout_nlp.coding.sheets import draw_tasks
from readout_nlp.coding.tasks import OF_TOPICS, Task
from readout_nlp.topics.quality import top_terms, topic_sizes

LOW, HIGH = 0.93, 0.97  # asked
NEAR = 0.01
N_TRUTH = 20_000
DESIGNS = ((10, 3, 2), (20, 3, 2), (30, 2, 3), (8, 10, 3))  # topics, tasks a topic, coders
SKILLS = (0.4, 0.7, 0.95)
ACT_SIZES = (400, 250, 120, 60, 30)  # items of the corpus by parsed act
PER_ACT = 12


@dataclass(frozen=True)
class Setting:
    """How many topics, tasks a topic, coders and options, and how skilled the coders are."""

    topics: int
    per_topic: int
    coders: int
    skill: float
    options: int = 6


def main() -> None:
    """Print coverage and chance beside what is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    given = parser.parse_args()
    print(f"{machine()}; {given.runs} runs\n", flush=True)
    print("95 % intervals hold the truth (topics x tasks, coders, skill)")
    for line in coverages(given.runs):
        print(line, flush=True)
    print("\ncoders who guess")
    for line in guesses(given.runs):
        print(line, flush=True)
    print(
        "\nstrategies without reading, on tasks of a model of the synthetic sample: share right beside chance"
    )
    for line in strategies():
        print(line, flush=True)


def coverages(runs: int) -> Iterator[str]:
    """Tell how often each interval holds the truth."""
    for topics, per_topic, coders in DESIGNS:
        for skill in SKILLS:
            setting = Setting(topics, per_topic, coders, skill)
            of_share = [share_run(setting, np.random.default_rng([1, seed])) for seed in range(runs)]
            yield told("share right", setting, of_share)
            of_odds = [odds_run(setting, np.random.default_rng([2, seed])) for seed in range(runs)]
            yield told("topic log odds", setting, of_odds)
            say(f"{setting}")
    for skill in SKILLS:
        setting = Setting(len(ACT_SIZES), PER_ACT, 2, skill, options=len(ACT_SIZES))
        of_acts = [act_run(setting, np.random.default_rng([3, seed])) for seed in range(runs)]
        yield told("accuracy of acts", setting, of_acts)
    for skill in SKILLS:
        setting = Setting(20, 3, 2, skill)
        truth = true_alpha(setting, np.random.default_rng([4, 0]))
        alike = [alpha_run(setting, np.random.default_rng([4, 1 + seed])) for seed in range(runs // 2)]
        yield told("alpha", setting, [(low, high, truth) for low, high in alike])


def told(name: str, setting: Setting, found: Sequence[tuple[float, float, float]]) -> str:
    """Give one line: coverage, its error, width, and whether it is as asked."""
    low, high, true = np.array(found, dtype=np.float64).T
    inside = (low <= true) & (true <= high)
    error = float(np.sqrt(inside.mean() * (1 - inside.mean()) / len(inside)))
    good = LOW <= inside.mean() <= HIGH
    verdict = f"asked: {LOW:.2f} to {HIGH:.2f}: {'yes' if good else 'NO'}"
    design = f"{setting.topics:>2} x {setting.per_topic:>2}, {setting.coders} coders, {setting.skill:.2f}"
    return (
        f"{name:<17}{design}  {inside.mean():.3f} ({error:.3f})  width {(high - low).mean():.3f}  ({verdict})"
    )


def clarity(setting: Setting, chance: np.random.Generator) -> np.ndarray:
    """Draw how clear each topic is: most are, some are not."""
    return chance.beta(4, 1.5, setting.topics)


def answered(setting: Setting, clear: np.ndarray, n: int, chance: np.random.Generator) -> np.ndarray:
    """Draw whether coders are right: shape (n_coders, n_topics, n); coders share a task's clarity."""
    own = chance.beta(
        np.maximum(clear, 1e-3)[:, None] * 6, np.maximum(1 - clear, 1e-3)[:, None] * 6, (len(clear), n)
    )
    skills = skills_of(setting)
    knows = chance.random((setting.coders, *own.shape)) < skills[:, None, None] * own
    return knows | (chance.random(knows.shape) < 1 / setting.options)


def skills_of(setting: Setting) -> np.ndarray:
    """Give the coders' skills: they differ a little."""
    spread = min(0.05, 1 - setting.skill) if setting.skill else 0.0
    return setting.skill + np.linspace(-spread, spread, setting.coders)


def share_run(setting: Setting, chance: np.random.Generator) -> tuple[float, float, float]:
    """Code tasks once: the interval of the share right, and the truth."""
    clear = clarity(setting, chance)
    right = answered(setting, clear, setting.per_topic, chance)
    rate = share_right(right.mean(axis=0).ravel(), np.repeat(np.arange(setting.topics), setting.per_topic))
    guess = 1 / setting.options
    return *ends(rate), float(guess + (1 - guess) * skills_of(setting).mean() * clear.mean())


def odds_run(setting: Setting, chance: np.random.Generator) -> tuple[float, float, float]:
    """Code tasks of topic intrusion once: the interval of the log odds, and the truth."""
    clear = clarity(setting, chance)
    four = Setting(setting.topics, setting.per_topic, setting.coders, setting.skill, options=4)
    right = answered(four, clear, setting.per_topic, chance)
    values = np.where(right, 0.0, gaps(right.shape, chance)).mean(axis=0)
    rate = mean_of(values.ravel(), np.repeat(np.arange(setting.topics), setting.per_topic))
    wrong = (1 - 1 / 4) * (1 - skills_of(setting).mean() * clear.mean())
    return *ends(rate), float(wrong * MEAN_GAP)


def gaps(shape: tuple[int, ...], chance: np.random.Generator) -> np.ndarray:
    """Draw log odds of a wrong answer: the intruder's log share less that of one of three main topics.

    The same for all coders of a document, but for which topic each takes.
    """
    main = np.log(chance.dirichlet(np.array([3.0, 1.5, 0.8]), shape[1:])).clip(np.log(1e-3))
    which = chance.integers(0, 3, shape)
    small = np.log(0.01) + chance.normal(0, 0.5, shape[1:])
    return small - np.take_along_axis(np.broadcast_to(main, (*shape, 3)), which[..., None], axis=-1)[..., 0]


MEAN_GAP = float(gaps((1, 1000, 1000), np.random.default_rng(0)).mean())


def act_run(setting: Setting, chance: np.random.Generator) -> tuple[float, float, float]:
    """Code items drawn alike from each act: the interval of the accuracy in the corpus, and the truth."""
    clear = clarity(setting, chance)
    values, truth = [], 0.0
    for act, size in enumerate(ACT_SIZES):
        right = answered(setting, clear[act : act + 1], size, chance).mean(axis=0).ravel()
        truth += right.sum()
        values.append(chance.permutation(right)[: setting.per_topic])
    strata = np.repeat(np.arange(len(ACT_SIZES)), setting.per_topic)
    sizes = np.repeat(ACT_SIZES, setting.per_topic).astype(np.float64)
    rate = share_right(np.concatenate(values), strata, weights=sizes, part=setting.per_topic / sizes)
    return *ends(rate), float(truth / sum(ACT_SIZES))


def positions(setting: Setting, n: int, chance: np.random.Generator) -> np.ndarray:
    """Draw chosen positions: shape (n_coders, n_tasks); who is not right takes any of the others."""
    right = answered(setting, np.full(setting.topics, 0.8), n, chance).reshape(setting.coders, -1)
    answer = chance.integers(0, setting.options, right.shape[1])
    other = (answer + chance.integers(1, setting.options, right.shape)) % setting.options
    return np.where(right, answer, other)


def alpha_of(chosen: np.ndarray, resamples: int = 500) -> tuple[float, float, float]:
    """Give alpha of chosen positions with its interval."""
    given = {(f"c{c}", f"u{u}"): str(value) for (c, u), value in np.ndenumerate(chosen)}
    found = krippendorff(given, resamples=resamples)
    return found.alpha or 0.0, found.low or 0.0, found.high or 0.0


def alpha_run(setting: Setting, chance: np.random.Generator) -> tuple[float, float]:
    """Code tasks once: the interval of alpha."""
    _, low, high = alpha_of(positions(setting, setting.per_topic, chance))
    return low, high


def true_alpha(setting: Setting, chance: np.random.Generator) -> float:
    """Give alpha of very many tasks."""
    return alpha_of(positions(setting, N_TRUTH // setting.topics, chance), resamples=1)[0]


def guesses(runs: int) -> Iterator[str]:
    """Tell what coders score who know nothing."""
    for topics, per_topic, coders in DESIGNS:
        setting = Setting(topics, per_topic, coders, 0.0)
        scores, above, alike = [], 0, []
        for seed in range(runs):
            chance = np.random.default_rng([5, seed])
            right = answered(setting, np.ones(topics), per_topic, chance)
            strata = np.repeat(np.arange(topics), per_topic)
            rate = share_right(right.mean(axis=0).ravel(), strata)
            scores.append(rate.score)
            above += rate.low is not None and rate.low > 1 / setting.options
            if seed < runs // 4:
                alike.append(alpha_of(chance.integers(0, 6, (coders, topics * per_topic)), resamples=1)[0])
        score, alpha = float(np.mean(scores)), float(np.mean(alike))
        good = abs(score - 1 / 6) < NEAR and abs(alpha) < NEAR and above / runs <= 0.05
        yield (
            f"{topics:>2} x {per_topic:>2}, {coders} coders: score {score:.3f} (chance {1 / 6:.3f}),"
            f" called above chance {above / runs:.3f}, alpha {alpha:+.3f}"
            f"  (asked: chance, at most 0.05, 0: {'yes' if good else 'NO'})"
        )


def strategies() -> Iterator[str]:
    """Tell what strategies without reading score on the tasks of a fitted model."""
    corpus = rn.sample_corpus(cities=6, years=4, per_cell=3)
    fit = rn.fit_lda(rn.count_terms(rn.tokenize(corpus)), n_topics=15, random_state=0)
    labels = dict(zip(fit.topic_ids, map(" ".join, top_terms(fit, n=3, by="frex")), strict=True))
    kinds = ("word_intrusion", "word_set_intrusion", "topic_intrusion", "label_match")
    tasks = draw_tasks(fit, corpus, kinds=kinds, labels=labels, per_topic=10)
    frequency = dict(zip(fit.vocabulary, topic_sizes(fit) @ fit.topic_terms, strict=True))
    for kind in kinds:
        own = [task for task in tasks if task.kind == kind and task.kind in OF_TOPICS]
        scored = {name: np.mean([hit(task, rule) for task in own]) for name, rule in rules(frequency).items()}
        chance = 1 / len(own[0].options)
        error = np.sqrt(chance * (1 - chance) / len(own))
        good = all(abs(score - chance) < 2.6 * error for score in scored.values())
        shown = ", ".join(f"{name} {score:.3f}" for name, score in scored.items())
        yield f"{kind:<19}{shown}  (chance {chance:.3f} +- {error:.3f}: {'yes' if good else 'NO'})"


def rules(frequency: dict[str, float]) -> dict[str, Callable[[str, int], float]]:
    """Give the strategies: each option's value, of which the least is taken."""

    def common(option: str, _: int) -> float:
        words = option.replace("、", " ").split()
        return float(np.sum([frequency.get(word, 0.0) for word in words]))

    return {
        "first": lambda _, place: place,
        "last": lambda _, place: -place,
        "shortest": lambda option, _: len(option),
        "longest": lambda option, _: -len(option),
        "rarest": common,
        "most frequent": lambda option, place: -common(option, place),
    }


def hit(task: Task, rule: Callable[[str, int], float]) -> float:
    """Say how often a strategy finds the answer of a task, ties being broken at random."""
    values = [rule(option, place) for place, option in enumerate(task.options)]
    least = [place for place, value in enumerate(values) if value == min(values)]
    return float(task.answer in least) / len(least)


def ends(rate: Rate) -> tuple[float, float]:
    """Give the ends of an interval."""
    return (0.0, 1.0) if rate.low is None or rate.high is None else (rate.low, rate.high)


if __name__ == "__main__":
    main()
