"""Banks: their books, and how payments settle."""
