"""What is spoken on ports and to peers: mutual TLS from files that change, or plaintext where that is said."""
