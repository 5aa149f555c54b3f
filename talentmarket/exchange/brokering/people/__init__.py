"""The firm's book: people a firm knows, with or without an account. Nobody else reads it."""
