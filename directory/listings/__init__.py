"""Centers and facilitators, fact by fact, each with its source and day."""
