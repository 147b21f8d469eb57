"""Which claims a listing may not make unanswered, found in four languages."""
