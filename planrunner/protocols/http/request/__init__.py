"""From a request of the plan to the bytes that are sent, compiled before the run."""
