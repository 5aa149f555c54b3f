"""Organisations as everybody sees them: the directories, the page of one, registering one."""
