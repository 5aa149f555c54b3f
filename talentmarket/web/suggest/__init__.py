"""What is proposed while somebody types."""
