-- During a rotation both secrets of a receiver are live and both sign.
ALTER TABLE addresses ADD COLUMN secret_before text;

-- Receivers that systems name in their submissions (callback_url): one secret for each scheme, host and port.
CREATE TABLE webhook_receivers (
    origin text PRIMARY KEY,
    secret text NOT NULL,
    secret_before text,
    changed_at timestamptz NOT NULL DEFAULT now()
);
