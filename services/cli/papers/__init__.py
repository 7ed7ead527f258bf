"""Papers: requests of courts as files, with dates, sums and names as people write them."""
