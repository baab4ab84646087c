"""Pages of the chain map."""
