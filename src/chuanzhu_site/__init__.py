"""The site: the meeting place of supply and demand, built on the library, which does all computing."""
