"""Addresses that machines watch: alive, ready, metrics."""
