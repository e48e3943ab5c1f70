"""Explaining a plan: what it will do, how much load that is, and for whom that is dangerous."""
