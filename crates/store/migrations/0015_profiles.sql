-- What is stated of a firm (企业画像), packed for each firm and source, so that no source overwrites another: statements by element, as
-- JSON in the form in which profiles are exchanged. `source` is official, imported or self-declared; `origin` names the register or list.
CREATE TABLE profiles (
    firm TEXT NOT NULL,
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    facts TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (firm, source, origin)
);
-- When a firm's facts changed last and when its clauses were looked for last: what is behind is looked for next.
CREATE TABLE profile_looks (firm TEXT PRIMARY KEY, changed_at BIGINT NOT NULL, looked_at BIGINT NOT NULL);
CREATE INDEX profile_looks_behind ON profile_looks (changed_at) WHERE looked_at < changed_at;
-- What a firm has chosen: whether it is matched at all (个人信息保护法 art. 24), and how often it is told; 0 days means never.
CREATE TABLE profile_choices (firm TEXT PRIMARY KEY, matched BOOLEAN NOT NULL, told_every BIGINT NOT NULL, changed_at BIGINT NOT NULL);
-- What a firm says against a statement of somebody else, and what an officer answered.
CREATE TABLE profile_objections (
    id TEXT PRIMARY KEY,
    firm TEXT NOT NULL,
    element TEXT NOT NULL,
    said TEXT NOT NULL,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at BIGINT
);
CREATE INDEX profile_objections_open ON profile_objections (at) WHERE answered_at IS NULL;
CREATE INDEX profile_objections_of ON profile_objections (firm, at);
-- Which clauses speak for which firm, since when, and when the firm was told. One row a pair, so that nobody is told twice.
CREATE TABLE policy_matches (
    firm TEXT NOT NULL,
    clause TEXT NOT NULL,
    zone TEXT NOT NULL,
    since BIGINT NOT NULL,
    told_at BIGINT,
    PRIMARY KEY (firm, clause)
);
CREATE INDEX policy_matches_of ON policy_matches (clause, zone, told_at);
CREATE INDEX policy_matches_untold ON policy_matches (firm) WHERE told_at IS NULL;
-- The clauses as they were last looked through for every firm, by digest: what differs is new or changed.
CREATE TABLE policy_clauses (clause TEXT PRIMARY KEY, digest TEXT NOT NULL);
