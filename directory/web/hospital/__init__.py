"""Pages of hospitals: their listings, drafts and what became of them."""
