"""What every request passes on its way: marks, limits and headers. Knows nothing of any app."""
