"""The main job without signing in: two lists in, the match list out, everything gone after an hour."""
