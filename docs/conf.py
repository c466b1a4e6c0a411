"""How Sphinx builds the site; it opens from the file system, without a network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ravelin import __version__

project = "Ravelin"
author = "The Ravelin developers"
copyright = "The Ravelin developers, Apache License 2.0"
release = version = __version__

extensions = ["myst_parser", "reference_pages"]
myst_enable_extensions = ["deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["built"]
html_math_renderer_name = "mathml"
html_theme = "furo"
html_title = "Ravelin"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": True}
pygments_style = "tango"
