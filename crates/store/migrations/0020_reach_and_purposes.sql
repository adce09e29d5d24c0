-- Reach is told by industry too: the division (大类) of the firm, two digits of GB/T 4754; empty where it is not known. All firms are looked
-- for once more, which fills it in.
ALTER TABLE policy_matches ADD COLUMN industry TEXT NOT NULL DEFAULT '';
UPDATE profile_looks SET looked_at = 0;
DROP INDEX policy_matches_of;
CREATE INDEX policy_matches_of ON policy_matches (clause, zone, industry, told_at);
-- What statements of a register or list are used for and on which ground, as whoever brought them in said; the last word stands.
CREATE TABLE profile_purposes (
    origin TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    ground TEXT NOT NULL,
    noted_at BIGINT NOT NULL
);
-- What a firm agreed to and took back, with who said so: never changed, only added to.
CREATE TABLE profile_consents (
    id TEXT PRIMARY KEY,
    firm TEXT NOT NULL,
    purpose TEXT NOT NULL,
    given BOOLEAN NOT NULL,
    by_person TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX profile_consents_of ON profile_consents (firm, at);
