"""The employer's desk: applications and invitations."""
