"""The trade's tables: what things are called, where places are, which certificates there are, who an enterprise is."""
