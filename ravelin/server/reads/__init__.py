"""What can be read of the economy beside its state."""
