"""Files as people have them: found, opened within bounds, and read as columns."""
