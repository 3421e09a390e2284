"""The books: compare what every service wrote with what every reader read.

They find lost events that no later event of the same key would reveal.
"""
