-- name: case_by_key
-- One case's clocks by its complaint id.
SELECT key, data FROM state WHERE key = $1 AND data IS NOT NULL;

-- name: case_by_ticket
-- One case's clocks by its ticket.
SELECT key, data FROM state WHERE data->>'ticket' = $1;

-- name: deadlines_of
-- What one OPD, or the triage desk, has to meet from one instant until before another, earliest first, after a cursor.
-- Those of an OPD that only helps are its own due times, and few.
SELECT key, data, due FROM (
    (SELECT key, data, (data->>'next_deadline')::bigint AS due FROM state
        WHERE data->>'next_deadline' IS NOT NULL AND data->>'owner' = $1
            AND ((data->>'next_deadline')::bigint, key) > ($2::bigint, $3::uuid) AND (data->>'next_deadline')::bigint < $4
        ORDER BY (data->>'next_deadline')::bigint, key LIMIT $5)
    UNION ALL
    (SELECT key, data, (data->'helping'->>$1)::bigint AS due FROM state
        WHERE data->'helping' <> '{}'::jsonb AND data->'helping' ? $1
            AND ((data->'helping'->>$1)::bigint, key) > ($2::bigint, $3::uuid) AND (data->'helping'->>$1)::bigint < $4)
) AS found
ORDER BY due, key LIMIT $5;

-- name: rules_number
-- The version of calendar and policies in force; in a transaction it holds off a change until that ends.
SELECT rules_in_force();

-- name: rules_version
-- One version of calendar and policies, with what it took from libraries (nulls where that was not fixed yet).
SELECT v.version, v.what, v.calendar, v.policies, v.changed_at, v.changed_by, v.why,
    d.holidays::text AS holidays, d.zone, d.library, d.digest
FROM rule_versions AS v LEFT JOIN rule_dates AS d ON d.version = v.version WHERE v.version = $1;

-- name: rules_first
-- Version 0: the files of the first start, unless another replica was first.
INSERT INTO rule_versions (version, what, calendar, policies, changed_at, changed_by, why)
VALUES (0, 'both', $1, $2, now(), 'system', 'the files of the first start') ON CONFLICT (version) DO NOTHING;

-- name: rules_dates
-- What a version takes from libraries, fixed once.
INSERT INTO rule_dates (version, holidays, zone, library, digest) VALUES ($1, $2::text::jsonb, $3, $4, $5)
ON CONFLICT (version) DO NOTHING;

-- name: rules_history
-- Every change of calendar and policies, the newest first, without the texts.
SELECT version, what, changed_at, changed_by, why FROM rule_versions WHERE version > 0 ORDER BY version DESC LIMIT $1;

-- name: rules_lock
-- Waits until no step is under way, and holds off new ones until the change is committed.
SELECT lock_own('rules');

-- name: rules_switch
-- A new version, unless somebody else has made one meanwhile: then nothing comes back.
INSERT INTO rule_versions (version, what, calendar, policies, changed_at, changed_by, why)
SELECT $1::bigint + 1, $2, $3, $4, $5, $6, $7
WHERE (SELECT coalesce(max(version), 0) FROM rule_versions) = $1
RETURNING version;

-- name: every_case
-- Every case, by key, a page at a time.
SELECT key, data FROM state WHERE key > $1 AND data IS NOT NULL ORDER BY key LIMIT $2;

-- name: running_cases
-- Cases with a clock that runs, by key, a page at a time.
SELECT key, data FROM state WHERE key > $1 AND data->'runs' @> '[{"ended_at": null}]' ORDER BY key LIMIT $2;

-- name: deadlines_log
-- What was said of the deadlines of these cases, in order.
SELECT key, type, data::text AS data FROM events WHERE key = ANY($1::uuid[]) AND topic = $2 ORDER BY key, position;

-- name: save_measures
-- What ended in this step, for the statistics, and the months whose figures are computed again for it.
WITH saved AS (
    INSERT INTO measures AS m (key, what, run, opd, topic, ended_at, outcome, late, worked, paused, pauses,
        channel, stars, scale, region, promised, broken, unanswered, silent, disputed, reopened, honest)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
        $8::boolean[], $9::bigint[], $10::bigint[], $11::integer[], $12::text[], $13::smallint[], $14::smallint[], $15::text[],
        $16::boolean[], $17::boolean[], $18::boolean[], $19::boolean[], $20::boolean[], $21::boolean[], $22::boolean[])
    ON CONFLICT (key, what, run) DO UPDATE SET opd = excluded.opd, topic = excluded.topic, ended_at = excluded.ended_at,
        outcome = excluded.outcome, late = excluded.late, worked = excluded.worked, paused = excluded.paused,
        pauses = excluded.pauses, channel = excluded.channel, stars = excluded.stars, scale = excluded.scale,
        region = excluded.region, promised = excluded.promised, broken = excluded.broken, unanswered = excluded.unanswered,
        silent = excluded.silent, disputed = excluded.disputed, reopened = excluded.reopened, honest = excluded.honest
    RETURNING ended_at
)
INSERT INTO stale_months (month) SELECT DISTINCT month_of(ended_at) FROM saved;

-- name: figures_lock
-- Waits until nobody else computes figures.
SELECT lock_own('figures');

-- name: months_take
-- The months with new measures, once: whoever takes them computes their figures again in the same transaction.
WITH taken AS (DELETE FROM stale_months RETURNING month) SELECT DISTINCT month FROM taken ORDER BY month;

-- name: figures_forget
-- The figures of a month, which are computed again.
WITH hours AS (DELETE FROM figure_hours WHERE month = $1) DELETE FROM figures WHERE month = $1;

-- name: figures_compute
-- The figures of a month from its measures: of all and of each OPD, as a whole and by topic, channel and region.
INSERT INTO figures (month, opd, kind, value, respond_on_time, respond_late, resolve_on_time, resolve_late, answers, on_time,
    promised, confirmed, disputed, reopened, silent, unanswered, decided, kept, rated, satisfied, rating_sum, returned, referred)
SELECT $1, coalesce(opd, ''),
    CASE WHEN grouping(topic) = 0 THEN 'topic' WHEN grouping(channel) = 0 THEN 'channel' WHEN grouping(region) = 0 THEN 'region'
        ELSE 'all' END,
    coalesce(topic, channel, region, ''),
    count(*) FILTER (WHERE what = 'respond' AND outcome = 'met' AND NOT late),
    count(*) FILTER (WHERE what = 'respond' AND outcome IN ('met', 'missed') AND late),
    count(*) FILTER (WHERE what = 'resolve' AND outcome = 'met' AND NOT late),
    count(*) FILTER (WHERE what = 'resolve' AND outcome IN ('met', 'missed') AND late),
    count(*) FILTER (WHERE answer), count(*) FILTER (WHERE answer AND NOT late), count(*) FILTER (WHERE answer AND honest),
    count(*) FILTER (WHERE answer AND outcome = 'confirmed'), count(*) FILTER (WHERE answer AND disputed),
    count(*) FILTER (WHERE answer AND reopened), count(*) FILTER (WHERE answer AND silent AND outcome = 'asked'),
    count(*) FILTER (WHERE what = 'question' AND unanswered),
    count(*) FILTER (WHERE answer AND (late OR promised OR (silent AND NOT honest) OR outcome <> 'asked')),
    count(*) FILTER (WHERE answer AND NOT late AND NOT disputed AND NOT reopened
        AND (outcome = 'confirmed' OR (promised AND NOT broken))),
    count(stars), count(*) FILTER (WHERE stars * 2 > scale + 1), coalesce(sum(1 + 3.0 * (stars - 1) / (scale - 1)), 0)::float8,
    count(*) FILTER (WHERE what = 'respond' AND outcome IN ('declined', 'transferred')),
    count(*) FILTER (WHERE what IN ('verify', 'resolve') AND outcome = 'referred')
FROM (SELECT *, what = 'question' AND NOT unanswered AS answer FROM measures
    WHERE ended_at >= month_start($1::date) AND ended_at < month_start(($1::date + interval '1 month')::date)) AS m
GROUP BY GROUPING SETS ((), (topic), (channel), (region), (opd), (opd, topic), (opd, channel), (opd, region));

-- name: figure_hours_compute
-- How many first answers and solutions of a month took how many office hours: of all and of each OPD.
INSERT INTO figure_hours (month, opd, what, hours, number)
SELECT $1, coalesce(opd, ''), what, worked / 3600, count(*) FROM measures
WHERE ended_at >= month_start($1::date) AND ended_at < month_start(($1::date + interval '1 month')::date)
    AND what IN ('respond', 'resolve') AND outcome = 'met'
GROUP BY GROUPING SETS ((what, worked / 3600), (opd, what, worked / 3600));

-- name: figures_of
-- The figures of one OPD, or of all (an empty code), from a month until another: by month, and by topic, channel and region.
SELECT CASE kind WHEN 'all' THEN 'month' ELSE kind END AS kind,
    CASE kind WHEN 'all' THEN to_char(month, 'YYYY-MM') ELSE value END AS value,
    sum(respond_on_time)::bigint AS respond_on_time, sum(respond_late)::bigint AS respond_late,
    sum(resolve_on_time)::bigint AS resolve_on_time, sum(resolve_late)::bigint AS resolve_late,
    sum(answers)::bigint AS answers, sum(on_time)::bigint AS on_time, sum(promised)::bigint AS promised,
    sum(confirmed)::bigint AS confirmed, sum(disputed)::bigint AS disputed, sum(reopened)::bigint AS reopened,
    sum(silent)::bigint AS silent, sum(unanswered)::bigint AS unanswered, sum(decided)::bigint AS decided,
    sum(kept)::bigint AS kept, sum(rated)::bigint AS rated, sum(satisfied)::bigint AS satisfied, sum(rating_sum) AS rating_sum,
    sum(returned)::bigint AS returned, sum(referred)::bigint AS referred
FROM figures WHERE opd = $1 AND month >= $2 AND month <= $3
GROUP BY 1, 2 ORDER BY 1, 2;

-- name: figures_per_opd
-- The figures of each OPD from a month until another.
SELECT 'opd' AS kind, opd AS value,
    sum(respond_on_time)::bigint AS respond_on_time, sum(respond_late)::bigint AS respond_late,
    sum(resolve_on_time)::bigint AS resolve_on_time, sum(resolve_late)::bigint AS resolve_late,
    sum(answers)::bigint AS answers, sum(on_time)::bigint AS on_time, sum(promised)::bigint AS promised,
    sum(confirmed)::bigint AS confirmed, sum(disputed)::bigint AS disputed, sum(reopened)::bigint AS reopened,
    sum(silent)::bigint AS silent, sum(unanswered)::bigint AS unanswered, sum(decided)::bigint AS decided,
    sum(kept)::bigint AS kept, sum(rated)::bigint AS rated, sum(satisfied)::bigint AS satisfied, sum(rating_sum) AS rating_sum,
    sum(returned)::bigint AS returned, sum(referred)::bigint AS referred
FROM figures WHERE kind = 'all' AND opd <> '' AND month >= $1 AND month <= $2
GROUP BY opd ORDER BY opd;

-- name: hours_of
-- How many first answers and solutions of one OPD, or of all, took how many office hours.
SELECT what, hours, sum(number)::bigint AS number FROM figure_hours
WHERE opd = $1 AND month >= $2 AND month <= $3 GROUP BY what, hours ORDER BY what, hours;

-- name: statistics
-- On time, late, median and p90 office seconds, pauses, transfers, disputes, and the citizens asked, answering, confirming,
-- rating and satisfied: by OPD and topic, by OPD, and in all (nulls).
SELECT opd, topic,
    count(*) FILTER (WHERE what = 'respond' AND outcome = 'met' AND NOT late) AS respond_on_time,
    count(*) FILTER (WHERE what = 'respond' AND outcome IN ('met', 'missed') AND late) AS respond_late,
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY worked) FILTER (WHERE what = 'respond' AND outcome = 'met') AS respond,
    count(*) FILTER (WHERE what = 'resolve' AND outcome = 'met' AND NOT late) AS resolve_on_time,
    count(*) FILTER (WHERE what = 'resolve' AND outcome IN ('met', 'missed') AND late) AS resolve_late,
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY worked) FILTER (WHERE what = 'resolve' AND outcome = 'met') AS resolve,
    coalesce(sum(pauses) FILTER (WHERE what = 'resolve'), 0)::bigint AS pauses,
    count(*) FILTER (WHERE what = 'respond' AND outcome IN ('declined', 'transferred')) AS transfers,
    count(*) FILTER (WHERE what = 'dispute') AS disputes,
    count(*) FILTER (WHERE what = 'question') AS asked,
    count(*) FILTER (WHERE what = 'question' AND outcome <> 'asked') AS answered,
    count(*) FILTER (WHERE what = 'question' AND outcome = 'confirmed') AS confirmed,
    count(stars) AS rated,
    count(*) FILTER (WHERE stars * 2 > scale + 1) AS satisfied,
    avg(1 + 3.0 * (stars - 1) / (scale - 1))::float8 AS rating
FROM measures WHERE ended_at >= $1 AND ended_at < $2 AND what IN ('respond', 'resolve', 'dispute', 'question')
GROUP BY GROUPING SETS ((opd, topic), (opd), ())
ORDER BY opd NULLS FIRST, topic NULLS FIRST;

-- name: answers_of_citizens
-- The citizens asked, answering, confirming, rating and satisfied, and the mean rating on the scale of 4:
-- in all (nulls), then by month, OPD and channel.
SELECT to_char(ended_at AT TIME ZONE $3, 'YYYY-MM') AS month, opd, channel,
    count(*) AS asked,
    count(*) FILTER (WHERE outcome <> 'asked') AS answered,
    count(*) FILTER (WHERE outcome = 'confirmed') AS confirmed,
    count(stars) AS rated,
    count(*) FILTER (WHERE stars * 2 > scale + 1) AS satisfied,
    avg(1 + 3.0 * (stars - 1) / (scale - 1))::float8 AS rating
FROM measures WHERE ended_at >= $1 AND ended_at < $2 AND what = 'question'
GROUP BY GROUPING SETS ((to_char(ended_at AT TIME ZONE $3, 'YYYY-MM'), opd, channel), ())
ORDER BY month DESC NULLS FIRST, opd, channel;

-- name: deadline_counts
-- How many of one owner's deadlines are overdue, due today and due later this week; counted up to a thousand each.
SELECT owner,
    (SELECT count(*) FROM (SELECT FROM state WHERE data->>'next_deadline' IS NOT NULL AND data->>'owner' = owner
        AND (data->>'next_deadline')::bigint < $2
        UNION ALL SELECT FROM state WHERE data->'helping' <> '{}'::jsonb AND data->'helping' ? owner
        AND (data->'helping'->>owner)::bigint < $2 LIMIT 1000) AS x) AS overdue,
    (SELECT count(*) FROM (SELECT FROM state WHERE data->>'next_deadline' IS NOT NULL AND data->>'owner' = owner
        AND (data->>'next_deadline')::bigint >= $2 AND (data->>'next_deadline')::bigint < $3
        UNION ALL SELECT FROM state WHERE data->'helping' <> '{}'::jsonb AND data->'helping' ? owner
        AND (data->'helping'->>owner)::bigint >= $2 AND (data->'helping'->>owner)::bigint < $3 LIMIT 1000) AS x) AS today,
    (SELECT count(*) FROM (SELECT FROM state WHERE data->>'next_deadline' IS NOT NULL AND data->>'owner' = owner
        AND (data->>'next_deadline')::bigint >= $3 AND (data->>'next_deadline')::bigint < $4
        UNION ALL SELECT FROM state WHERE data->'helping' <> '{}'::jsonb AND data->'helping' ? owner
        AND (data->'helping'->>owner)::bigint >= $3 AND (data->'helping'->>owner)::bigint < $4 LIMIT 1000) AS x) AS week
FROM unnest($1::text[]) AS owner;

-- name: overdue_counts
-- How many of each owner's deadlines are overdue, those of helpers included. The codes of all OPDs lead to the helpers' index.
SELECT owner, count(*) AS number FROM (
    SELECT data->>'owner' AS owner FROM state
    WHERE data->>'next_deadline' IS NOT NULL AND (data->>'next_deadline')::bigint < $1
    UNION ALL
    SELECT one.key FROM state CROSS JOIN LATERAL jsonb_each_text(data->'helping') AS one
    WHERE data->'helping' <> '{}'::jsonb AND data->'helping' ?| $2::text[] AND one.value::bigint < $1
) AS overdue GROUP BY owner;
