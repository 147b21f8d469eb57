"""Decisions about listings: their document, their facts, their freshness."""
