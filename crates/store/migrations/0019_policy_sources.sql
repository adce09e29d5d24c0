-- Documents that are to be entered in the policy library (归集队列): where each was seen, and what became of it. `title_key` and `number_key` are
-- title and number without marks and spaces, so that the same document is found again however it was written.
CREATE TABLE policy_sources (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    number TEXT NOT NULL,
    number_key TEXT NOT NULL,
    level TEXT NOT NULL,
    issuer TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    by_staff TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX policy_sources_by_state ON policy_sources (state, at);
