"""What holds for accounts: roles of organizations, lives of sessions."""
