"""The application logic between HTTP and the rules: commands are composed and carried out, cases are loaded."""
