"""What a model file must be before anything is computed with it: whoever wrote it may have meant harm."""
