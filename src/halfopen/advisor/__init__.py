"""What should you do? Models on one scale of quality, side by side with what they cost, and the claims made of them."""
