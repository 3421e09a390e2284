"""Database, roles and schemas: one role and one schema per service, and a role that may only read the books."""
