-- The forms that visitors have typed and not sent yet, and for a day a mark of those that were sent. A visitor's cookie stands here
-- as a keyed hash, and so do the marks of the content.
CREATE TABLE web_forms (
    id uuid PRIMARY KEY,
    visitor text NOT NULL,
    token text NOT NULL,                -- the one-use token of the form: a form that is sent again is one complaint
    content jsonb,                      -- NULL once the form was sent
    complaint uuid,
    ticket text,
    text_mark text,
    whole_mark text,                    -- NULL for a confidential complaint, which no other visitor hears of
    sent_at timestamptz,
    typed_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((sent_at IS NULL) = (content IS NOT NULL))
);
CREATE INDEX web_forms_typed_at ON web_forms (typed_at);
CREATE INDEX web_forms_text ON web_forms (visitor, text_mark) WHERE sent_at IS NOT NULL;
CREATE INDEX web_forms_whole ON web_forms (whole_mark) WHERE sent_at IS NOT NULL;
CREATE INDEX web_forms_complaint ON web_forms (complaint) WHERE complaint IS NOT NULL;
