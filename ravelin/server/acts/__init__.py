"""What can be done to an economy: control, interventions, deeds by hand."""
