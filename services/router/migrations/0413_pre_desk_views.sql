-- The views of the desk's list that a person has saved: the query part of an address under a name.
CREATE TABLE desk_views (
    id uuid PRIMARY KEY,
    reader text NOT NULL,
    name text NOT NULL,
    query text NOT NULL
);
CREATE INDEX desk_views_reader ON desk_views (reader, name);
-- The person of the desk who has taken a case on, so that others leave it to this person.
CREATE TABLE desk_owners (
    key uuid PRIMARY KEY,
    reader text NOT NULL,
    name text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX desk_owners_reader ON desk_owners (reader);
