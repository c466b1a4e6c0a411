"""Mechanisms that do not know who trades."""
