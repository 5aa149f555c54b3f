"""Home, language, health."""
