-- The trace of the event that a notice tells about (W3C `traceparent`); null when the event had none.
ALTER TABLE notices ADD COLUMN traceparent text;
ALTER TABLE messages ADD COLUMN traceparent text;
