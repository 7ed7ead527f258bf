"""Pushing to partners: a courier each, over one outbox."""
