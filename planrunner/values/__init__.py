"""Values: what `${...}` means, where values come from, and which of them are secret."""
