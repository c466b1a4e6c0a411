"""What becomes of people: lives and education, a file each."""
