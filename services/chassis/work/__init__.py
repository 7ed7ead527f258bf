"""How work shares an event loop: together, to its end, in turns, and no more at once than was meant."""
