"""The public JSON API: anybody reads, nobody writes."""
