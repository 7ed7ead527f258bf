"""The travel gate: rail, air and ship tickets under consumption restriction orders (CP Art 3(1))."""
