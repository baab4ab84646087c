"""The chain map (产业链): where enterprises stand, what is missing, what if, and what to do about it."""
