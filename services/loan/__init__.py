"""The loan service: what the List says of an applicant, as advice."""
