"""Does the economy agree with the data? A check a name."""
