"""What is known of each family of distributions, typed again from books."""
