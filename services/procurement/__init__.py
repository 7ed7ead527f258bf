"""The procurement service: what the List says of a tenderer, as advice."""
