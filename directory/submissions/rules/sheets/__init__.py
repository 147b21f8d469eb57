"""Tables of facts, as they come out of spreadsheets."""
