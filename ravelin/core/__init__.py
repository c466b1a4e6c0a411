"""Machinery that knows no economics."""
