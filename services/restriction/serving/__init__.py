"""What a field's servicer is made of: reading, answering, advice, and pages for partners."""
