"""One function per thing that is done with an inquiry."""
