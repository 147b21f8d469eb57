"""Letters: what is said by mail, to whom and in which language."""
