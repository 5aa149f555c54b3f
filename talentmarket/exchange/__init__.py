"""Jobs, applications, invitations, messages, interviews: where people and posts meet."""
