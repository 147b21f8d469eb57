"""Pages of administrators: people, organizations, mail, the log."""
