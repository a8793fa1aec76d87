"""Which pairs to judge, and what a model's output says of them."""
