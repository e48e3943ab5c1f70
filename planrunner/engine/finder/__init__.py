"""The search for the capacity of a target: tries levels of load, judges each of them, says which is next."""
