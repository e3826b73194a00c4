"""What every implementation of a port must do, as cases that a test runs over each of them."""
