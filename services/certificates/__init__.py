"""Certificates for development and for a court without a certificate service: a CA, and one for each identity."""
