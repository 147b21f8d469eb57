"""What happens in the background: promises kept, old things erased."""
