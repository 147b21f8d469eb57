"""Tests; a package so that no installed distribution's folder of this name hides them."""
