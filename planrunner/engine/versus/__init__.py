"""Two versions side by side: base and head alternate in windows, each pair of them is one difference."""
