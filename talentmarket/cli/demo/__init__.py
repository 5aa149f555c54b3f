"""`flask demo`: an invented market to look at, from a seed."""

from talentmarket.cli.demo.commands import cli

__all__ = ["cli"]
