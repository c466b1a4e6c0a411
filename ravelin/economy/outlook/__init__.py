"""What everybody sees and expects, and what moves everybody at once."""
