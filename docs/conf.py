"""How the documentation is built: `make docs` writes it to out/docs, and no page of it needs a network.

What is made at build, so that it cannot part from the program: the reference from the docstrings and the
command line from its own help (`_ext/reference.py`), the tutorials from the executed notebooks
(`_ext/tutorials.py`), and formulas drawn as SVG (`_ext/formulas.py`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from readout_nlp import __version__

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS / "_ext"))

project = "readout_nlp"
author = "The readout_nlp developers"
project_copyright = author
version = release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "formulas",
    "tutorials",
    "reference",
    "languages",
]
exclude_patterns = ["_ext", "figures"]

# pages are plain Markdown that a code host shows as well: no extension but what it reads, too
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = ["myst.strikethrough"]

nb_execution_mode = "off"  # notebooks are saved executed: `make notebooks`
nb_merge_streams = True

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
default_role = "literal"  # docstrings write `name`
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"

html_theme = "pydata_sphinx_theme"
html_title = "readout_nlp"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # excerpts are fetched, which a page opened from a disk may not
html_search_language = "en+zh"  # of `_ext/languages.py`
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {page: [] for page in ("index", "zh/index", "quickstart", "gallery")}
