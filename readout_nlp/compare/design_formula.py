"""The right-hand side of a formula: which columns it uses, and that it holds nothing but a formula."""

from __future__ import annotations

import tokenize
from collections.abc import Sequence
from io import StringIO
from keyword import iskeyword

from readout_nlp.errors import RecipeError

FUNCTIONS = frozenset({"C", "Q", "I", "bs", "cr", "cc", "te", "center", "standardize", "scale"})
CONTRASTS = frozenset({"Treatment", "Sum", "Poly", "Helmert", "Diff"})
NUMPY = frozenset({"log", "log1p", "log2", "log10", "exp", "sqrt", "abs"})
CONSTANTS = frozenset({"True", "False", "None"})


def columns_used(formula: str, columns: Sequence[str]) -> list[str]:
    """Give the columns that the right-hand side of a formula uses, in the order of first use.

    A formula library evaluates its terms as Python, and a formula may come from a recipe that someone else
    wrote: so a name is a column, or one of the functions of formulas (``C``, ``Q``, ``I``, ``bs``, ``cr``,
    ``cc``, ``te``, ``center``, ``standardize``, ``scale``, the contrasts, ``np.log`` and its like), and
    nothing else.

    Raises
    ------
    RecipeError
        If the formula is empty, has a left-hand side, cannot be read, or names what is neither.

    Examples
    --------
    >>> columns_used("C(place) + bs(year, df=4) + Q('an act')", ["place", "year", "an act"])
    ['place', 'year', 'an act']
    """
    if not isinstance(formula, str) or not formula.strip():
        raise RecipeError(f"formula={formula!r}", "a right-hand side such as 'place + year'", "write one")
    if "~" in formula:
        raise RecipeError(
            f"formula={formula!r} with a left-hand side",
            "the right-hand side alone: every topic's share is an outcome in turn",
            "leave out what stands before ~, and the ~",
        )
    used, strange = _sorted_out(_tokens(formula), set(columns))
    if strange:
        raise RecipeError(
            f"formula={formula!r}, which names {', '.join(strange)}",
            f"columns of the covariates ({', '.join(map(str, columns))}) and the functions of formulas",
            "mend the name, or add the column",
        )
    if not used:
        raise RecipeError(
            f"formula={formula!r}, which names no column", "at least one covariate", "name a column"
        )
    return list(dict.fromkeys(used))


def _tokens(formula: str) -> list[tokenize.TokenInfo]:
    try:
        tokens = list(tokenize.generate_tokens(StringIO(formula).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise RecipeError(
            f"formula={formula!r}, which cannot be read ({error.args[0]})",
            "a formula such as 'place + bs(year, df=4)'",
            "close its brackets and quotes",
        ) from error
    return [token for token in tokens if token.string.strip()]


def _sorted_out(tokens: Sequence[tokenize.TokenInfo], columns: set[str]) -> tuple[list[str], list[str]]:
    """Tell the columns from the names that are none."""
    used: list[str] = []
    strange: list[str] = []
    for number, token in enumerate(tokens):
        before = tokens[number - 1].string if number else ""
        after = tokens[number + 1].string if number + 1 < len(tokens) else ""
        if token.type == tokenize.STRING and token.string[0] not in "'\"":
            strange.append(token.string)  # an f-string holds code
        elif token.type == tokenize.STRING:
            name = token.string[1:-1]
            quoted = before == "(" and number > 1 and tokens[number - 2].string == "Q"
            if quoted:
                (used if name in columns else strange).append(name)
        elif token.type == tokenize.NAME and not _is_syntax(token.string, before, after):
            (used if token.string in columns and before != "." else strange).append(token.string)
        elif token.type not in {tokenize.NAME, tokenize.NUMBER, tokenize.OP}:
            strange.append(token.string)
    return used, strange


def _is_syntax(name: str, before: str, after: str) -> bool:
    """Tell whether a name belongs to the language of formulas: a function, a keyword argument, a constant."""
    if before == ".":
        return name in NUMPY and after == "("
    if name == "np":
        return after == "."
    if after == "(":
        return name in FUNCTIONS or name in CONTRASTS
    if name in CONTRASTS or name in CONSTANTS:
        return True
    return after == "=" and before in {",", "("} and not iskeyword(name)
