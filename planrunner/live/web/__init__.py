"""The run in the browser, while it runs."""
