"""Shapes and decisions about therapies, guides and checked claims."""
