"""Salary statistics and benefit eligibility as dated rules."""
