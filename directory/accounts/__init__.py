"""People, the organizations that they act for, and how they prove who they are."""
