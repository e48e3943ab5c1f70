"""Opening connections: name lookup, TCP, proxies and TLS, up to who speaks then."""
