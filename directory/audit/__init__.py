"""What happened: append-only, each entry sealed to the one before."""
