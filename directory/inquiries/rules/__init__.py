"""Decisions about inquiries: answers, consents, receipt codes, states."""
