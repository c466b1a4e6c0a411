"""A run: a simulation, what is seen of it, and the folder that keeps it."""
