-- A perceptual hash of each picture that is kept from now on, to find the same picture again among all evidence.
ALTER TABLE media ADD COLUMN look bit(64);

-- The pictures that agencies named as evidence, whichever complaint they belong to.
CREATE TABLE evidence (
    media uuid NOT NULL,
    complaint uuid NOT NULL,
    own boolean NOT NULL,               -- the agency named a file that the complaint had already
    named_at timestamptz NOT NULL DEFAULT now(),
    compared_at timestamptz,            -- since then the router knows what speaks against the picture
    PRIMARY KEY (media, complaint)
);
CREATE INDEX evidence_complaint ON evidence (complaint);
CREATE INDEX evidence_waiting ON evidence (named_at) WHERE compared_at IS NULL;
