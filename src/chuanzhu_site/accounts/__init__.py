"""People, the enterprises they act for, the regions they look after, and the record of who did what."""
