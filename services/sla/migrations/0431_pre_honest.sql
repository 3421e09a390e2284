-- An answer that says "not yet, because": it explains, names a day, or says why it cannot be done.
ALTER TABLE measures ADD COLUMN honest boolean NOT NULL DEFAULT false;
UPDATE measures SET honest = true WHERE promised;
