"""Jobs for the signed-in person, ranked, with reasons."""
