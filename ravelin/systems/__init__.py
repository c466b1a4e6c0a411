"""What happens: one file per domain. Systems meet only through columns."""
