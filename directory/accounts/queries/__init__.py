"""Looking at accounts: who acts, who belongs where."""
