"""What the law has the office write down and keep: assessments, incidents, the yearly self-check."""
