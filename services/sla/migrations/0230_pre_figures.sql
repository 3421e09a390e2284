-- What happened after each answer, the region of each complaint, and the figures of each month, computed from the measures.
ALTER TABLE measures ADD COLUMN region text NOT NULL DEFAULT '';
ALTER TABLE measures ADD COLUMN promised boolean NOT NULL DEFAULT false;
ALTER TABLE measures ADD COLUMN broken boolean NOT NULL DEFAULT false;
ALTER TABLE measures ADD COLUMN unanswered boolean NOT NULL DEFAULT false;
ALTER TABLE measures ADD COLUMN silent boolean NOT NULL DEFAULT false;
ALTER TABLE measures ADD COLUMN disputed boolean NOT NULL DEFAULT false;
ALTER TABLE measures ADD COLUMN reopened boolean NOT NULL DEFAULT false;

-- Months begin at midnight in WITA.
CREATE FUNCTION month_of(at timestamptz) RETURNS date LANGUAGE sql STABLE
    RETURN date_trunc('month', at AT TIME ZONE 'Asia/Makassar')::date;
CREATE FUNCTION month_start(month date) RETURNS timestamptz LANGUAGE sql STABLE
    RETURN month::timestamp AT TIME ZONE 'Asia/Makassar';

-- An empty opd is everybody. kind: all, topic, channel, region; value: which one. No word of a citizen.
CREATE TABLE figures (
    month date NOT NULL,
    opd text NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    respond_on_time integer NOT NULL,
    respond_late integer NOT NULL,
    resolve_on_time integer NOT NULL,
    resolve_late integer NOT NULL,
    answers integer NOT NULL,
    on_time integer NOT NULL,
    promised integer NOT NULL,
    confirmed integer NOT NULL,
    disputed integer NOT NULL,
    reopened integer NOT NULL,
    silent integer NOT NULL,
    unanswered integer NOT NULL,
    decided integer NOT NULL,         -- answers of which we know what they were worth
    kept integer NOT NULL,            -- answers in time that the citizen confirmed, or that honestly say "not yet"
    rated integer NOT NULL,
    satisfied integer NOT NULL,
    rating_sum float8 NOT NULL,       -- on the scale of 4
    returned integer NOT NULL,        -- declined by the OPD, or moved away from it
    referred integer NOT NULL,
    PRIMARY KEY (opd, month, kind, value)
);
CREATE INDEX figures_per_opd ON figures (month) WHERE kind = 'all' AND opd <> '';
CREATE TABLE figure_hours (
    month date NOT NULL,
    opd text NOT NULL,
    what text NOT NULL,               -- respond, resolve
    hours integer NOT NULL,           -- whole office hours
    number integer NOT NULL,
    PRIMARY KEY (opd, month, what, hours)
);

-- Months whose figures are computed again. Rows are only added by steps, so that no step waits for another.
CREATE TABLE stale_months (month date NOT NULL);
INSERT INTO stale_months SELECT DISTINCT month_of(ended_at) FROM measures;
