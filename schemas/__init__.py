"""JSON schemas: the public contracts of plans and results."""
