"""Commands for working on the project; none of them is imported by the application."""
