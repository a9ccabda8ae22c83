"""Help by people: where an answer is not sure, whoever asked can ask experts, once."""
