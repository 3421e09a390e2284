-- The channel and the rating of each question after an answer. Older rows have neither: their channel is unknown.
ALTER TABLE measures ADD COLUMN channel text NOT NULL DEFAULT '';
ALTER TABLE measures ADD COLUMN stars smallint;
ALTER TABLE measures ADD COLUMN scale smallint;
