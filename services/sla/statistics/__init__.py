"""The statistics of ended deadlines: their rows, their CSV form and their charts."""
