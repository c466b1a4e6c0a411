"""The economy that is served: its thread, its runs, what is published of it, its forks."""
