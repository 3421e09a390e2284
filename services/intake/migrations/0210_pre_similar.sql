-- The words of open complaints of the last sixty days, by which others about the same matter and place are found.
CREATE TABLE complaint_words (
    complaint uuid PRIMARY KEY,
    filed_at timestamptz NOT NULL,
    region text,                        -- the code of the regency or city
    terms tsvector NOT NULL             -- stems of the text's words; marks of places begin with @
);
CREATE INDEX complaint_words_terms ON complaint_words USING gin (terms);
CREATE INDEX complaint_words_filed_at ON complaint_words (filed_at);
