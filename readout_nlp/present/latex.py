r"""Text inside LaTeX: nothing that it holds is taken for a command."""

from __future__ import annotations

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # at the beginning of a row these two would belong to the \\ before it
    "[": "{[}",
    "*": "{*}",
    "†": r"\textsuperscript{\dag}",
    "∞": r"\ensuremath{\infty}",
    "—": r"\textemdash{}",
}
_TABLE = str.maketrans(_COMMANDS)


def escaped(text: str) -> str:
    r"""Write a text so that LaTeX prints it as it is; Chinese stays, breaks become spaces.

    Examples
    --------
    >>> escaped("100% of R&D_甲")
    '100\\% of R\\&D\\_甲'
    """
    return " ".join(text.split()).translate(_TABLE)


def latex_number(text: str) -> str:
    r"""Write a number, or several in brackets, with a true minus sign.

    Examples
    --------
    >>> latex_number("-0.12†")
    '\\ensuremath{-}0.12\\textsuperscript{\\dag}'
    """
    return escaped(text).replace("-", r"\ensuremath{-}")
