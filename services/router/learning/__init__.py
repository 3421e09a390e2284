"""The learning of a routing model from labelled complaints, the versions of models, and the comparison of two models."""
