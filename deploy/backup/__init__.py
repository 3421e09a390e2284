"""Backup of the database, and what must follow the restore of an older one (docs/operations/backup.md)."""
