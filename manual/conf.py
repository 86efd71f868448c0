"""Sphinx's configuration. `manual/site.py` lays the pages out and runs it; every warning is an error."""

project = "prevention_model"
author = "The authors of prevention_model"
html_title = "prevention_model"
language = "en"
extensions = ["myst_parser"]
root_doc = "index"
myst_heading_anchors = 4
# Code hosts show these too; no others, so that a page looks alike in both places.
myst_enable_extensions: list[str] = []
highlight_language = "text"
smartquotes = False
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_last_updated_fmt = None
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
