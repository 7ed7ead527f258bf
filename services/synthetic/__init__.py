"""Synthetic registers of any size: plausible courts, cases and debtors who cannot exist."""
