"""What readers see of an economy: how it is looked at and written down."""
