"""What a run leaves: history, checkpoints, fingerprints, in the folder of the run."""
