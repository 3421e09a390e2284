-- The words of complaints of the last sixty days, by which others about the same matter and place are found, and equal texts counted.
CREATE TABLE complaint_words (
    complaint uuid PRIMARY KEY,
    filed_at timestamptz NOT NULL,
    region text,                        -- the code of the regency or city
    terms tsvector NOT NULL,            -- stems of the text's words; marks of places begin with @
    text_hash bytea NOT NULL
);
CREATE INDEX complaint_words_terms ON complaint_words USING gin (terms);
CREATE INDEX complaint_words_text ON complaint_words (text_hash, filed_at);
CREATE INDEX complaint_words_filed_at ON complaint_words (filed_at);
