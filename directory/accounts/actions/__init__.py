"""What people may do to accounts, organizations and memberships."""
