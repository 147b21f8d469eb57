"""Therapies, indications, guides and the sources they rest on."""
