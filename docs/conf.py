"""The documentation as a site, in ``docs/_build/html``: see README.md. Nothing is fetched."""

from __future__ import annotations

import travesia

project = "Travesía"
author = "The Travesía developers"
copyright = "The Travesía developers, Apache-2.0"
version = release = travesia.__version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

html_theme = "alabaster"  # its style sheet names fonts of the reader's own system only
html_theme_options = {
    "description": "Journeys through a migration corridor",
    "fixed_sidebar": True,
    "show_powered_by": False,
    "page_width": "66rem",
}
html_show_sourcelink = False
html_copy_source = False
