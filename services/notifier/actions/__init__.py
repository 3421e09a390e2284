"""Actions that operators ask for, by HTTP or on the command line: one module for each subject."""
