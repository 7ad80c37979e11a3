"""Orders and catalogue over HTTP."""
BENCHES = {}
