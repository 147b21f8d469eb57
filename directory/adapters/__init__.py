"""The outside world behind the ports: index, files, clock."""
