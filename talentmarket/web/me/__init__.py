"""The person's own pages: profile, who sees it, who looked."""
