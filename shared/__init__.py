"""The parts that the four services share: the vocabulary of events and the machinery that carries them."""
