"""The interface for programs: each operation parses, calls the same actions and sets as the pages, and answers."""
