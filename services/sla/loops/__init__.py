"""The loops beside the streams: one file for each."""
