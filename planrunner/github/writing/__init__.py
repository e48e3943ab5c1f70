"""What people read of a job on GitHub: the comment, the summary, annotations at lines of plans."""
