-- The place of an event in the chain, which stands in the case file.
CREATE INDEX seals_position ON seals (position);
