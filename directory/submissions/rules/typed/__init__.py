"""What a hospital types into its draft, and the document that it means."""
