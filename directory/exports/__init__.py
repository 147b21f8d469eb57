"""Public JSON and schema.org, as pure functions over page values."""
