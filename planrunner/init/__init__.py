"""A first plan and its workflow, made from the answers to five questions."""
