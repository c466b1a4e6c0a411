"""Localities, and where rows lie."""
