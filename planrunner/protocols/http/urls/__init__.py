"""Where URLs lead: taken apart, resolved, and which of them may be asked."""
