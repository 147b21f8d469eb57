"""Tests of the directory; a package, so that no installed one of that name hides it."""
