"""Firms: planning, production, investment, failure."""
