"""The first day: an economy made from the calibration."""
