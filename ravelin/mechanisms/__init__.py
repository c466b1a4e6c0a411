"""Algorithms that know no economics of ours and stand alone."""
