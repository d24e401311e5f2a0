"""Who counts as whom: the voices file as values."""
