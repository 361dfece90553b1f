"""Texts of random characters with planted passages and planted formula, for the tests of reuse."""

from __future__ import annotations

import numpy as np

ALPHABET = np.array([chr(code) for code in range(0x4E00, 0x4E00 + 3000)])
WEIGHTS = 1 / np.arange(5, len(ALPHABET) + 5)
WEIGHTS /= WEIGHTS.sum()


def draw(rng, size):
    """Draw characters, some of them much more often than others."""
    return "".join(rng.choice(ALPHABET, size=size, p=WEIGHTS))


def edited(rng, text, share):
    """Substitute, insert or leave out each character with a probability of `share` in all."""
    out = []
    for char in text:
        if rng.random() >= share:
            out.append(char)
            continue
        kind = rng.integers(3)
        out.append(["", draw(rng, 1), char + draw(rng, 1)][kind])
    return "".join(out)


def planted_texts(rng, *, n_texts=40, size=300, n_passages=20, share=0.0, lengths=(20, 60)):
    """Give texts, and for each planted passage the source, its span there, the target and its span there."""
    texts = [draw(rng, size) for _ in range(n_texts)]
    truth = []
    for number in range(n_passages):  # each text is a source or a target of one passage at most
        source, target = 2 * number % n_texts, (2 * number + 1) % n_texts
        length = int(rng.integers(lengths[0], lengths[1] + 1))
        begin, at = int(rng.integers(size - length)), int(rng.integers(size))
        copy = edited(rng, texts[source][begin : begin + length], share)
        texts[target] = texts[target][:at] + copy + texts[target][at:]
        truth.append((f"t{source:03d}", begin, begin + length, f"t{target:03d}", at, at + len(copy)))
    return {f"t{number:03d}": text for number, text in enumerate(texts)}, truth


def overlap(one, other):
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
