"""A question, its consents, and the receipt that follows it."""
