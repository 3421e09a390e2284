"""The media store: files of citizens, checked, cleaned and kept under the hash of their content."""
