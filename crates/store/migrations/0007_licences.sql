-- The register of licences (电子证照): one row for each certificate that a granted case led to, a function of its journal, rebuilt by
-- `yimen reindex`. Whether it has run out is told from `valid_until` and the day; what the law did to it stands here.
CREATE TABLE licences (
    case_no TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    item TEXT NOT NULL,
    edition TEXT NOT NULL,
    agency TEXT NOT NULL,
    area TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    made_on TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    -- The kebab-case word of the act that ended it, its day, and the later case under which it goes on.
    ending TEXT,
    ended_on TEXT,
    successor TEXT
);
CREATE INDEX licences_by_holder ON licences (holder, made_on, case_no);
-- A certificate is kept in a second form: OFD beside PDF; empty where there is none.
ALTER TABLE letters ADD COLUMN ofd_digest TEXT NOT NULL DEFAULT '';
CREATE INDEX letters_by_ofd ON letters (ofd_digest);
-- What was done with a licence, for its holder to read: files taken, and copies made for one purpose, each with the digest by which such
-- a copy is known again.
CREATE TABLE licence_uses (
    id TEXT PRIMARY KEY,
    case_no TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    purpose TEXT NOT NULL,
    until_day TEXT,
    digest TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX licence_uses_by_case ON licence_uses (case_no, at);
CREATE INDEX licence_uses_by_digest ON licence_uses (digest);
