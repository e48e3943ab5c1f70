"""Whether the numbers can be believed: how the generator was doing all along, and what follows from it."""
