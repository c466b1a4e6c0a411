"""What consumers spend: the survey, habits, wealth."""
