"""How much load one core makes, side by side with peers; it prints ratios and never asserts any."""
