"""Credit: loans and what they cost."""
