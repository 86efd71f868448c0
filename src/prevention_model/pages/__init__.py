"""Self-contained pages: templates, one stylesheet, charts and plain words. Nothing here asks the network."""
