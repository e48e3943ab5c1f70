"""GitHub's REST API, as far as it is needed: comments, pull requests and artifacts."""
