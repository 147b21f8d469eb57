"""Terms, synonyms and codes: the words people use, in every language."""
