"""Skill space, features, ranker, explanation, evaluation."""
