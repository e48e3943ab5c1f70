"""What the measured numbers say: thresholds judged, the timeline, the result."""
