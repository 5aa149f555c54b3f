"""Pages of the firm's book, of the invitation, and of what the person sees of it."""
