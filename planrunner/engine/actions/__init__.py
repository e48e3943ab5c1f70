"""What a VU does: steps as actions, and what is settled beside them."""
