"""The books: what every service last wrote, beside what every reader last read. Names what no later event would reveal."""
