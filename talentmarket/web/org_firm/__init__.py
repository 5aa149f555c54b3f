"""Pages of a firm's own standing: what it says of itself, its figures, a desk that changes hands."""
