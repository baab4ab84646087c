"""Pages of the market: each view parses, calls an action, and renders."""
