"""Pages of facilitators: inbox, board, cases, rules, reports."""
