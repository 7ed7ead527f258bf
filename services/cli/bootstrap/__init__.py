"""What `courtlist init` sets up: keys, courts, people, go-live days and partners, from one file."""
