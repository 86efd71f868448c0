"""School Census: what schools return each term about pupils, as an authority's extract of CSV tables."""
