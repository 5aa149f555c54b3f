"""Pages of opened mandates: for the firms that join, and for the one that holds the mandate."""
