"""Cases: from an inquiry to the ninth step, with an owner and a deadline each day."""
