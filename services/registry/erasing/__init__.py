"""Erasing what is personal when its time is over (ADR 0028): everything of a subject, in one change."""
