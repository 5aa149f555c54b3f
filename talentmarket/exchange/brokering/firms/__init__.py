"""A firm as the exchange knows it: what it says of itself, and honest figures of its work."""
