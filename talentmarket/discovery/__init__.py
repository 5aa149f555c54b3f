"""Words to understanding to search request; fallback, suggestions, lists with scores."""
