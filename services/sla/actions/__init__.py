"""The decisions and reads behind routes, pages and commands."""
