"""The children in need census: XML of every layout since 2017, and its flat form."""
