"""HTTP/1.1 (RFC 9112): one connection, and how its answers are read."""
