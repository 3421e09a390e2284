-- Keys are made and ended by functions alone; who read what is written once.
REVOKE INSERT, UPDATE, DELETE ON keys FROM {role};
REVOKE UPDATE, DELETE ON reads FROM {role};
REVOKE UPDATE ON receipts, claims FROM {role};
