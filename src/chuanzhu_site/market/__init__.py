"""The market: what is offered and needed, who fits whom, and what became of it."""
