"""What happens in a month."""
