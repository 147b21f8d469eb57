"""Decisions about a query: how it is read, matched, ranked and explained."""
