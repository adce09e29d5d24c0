-- What of a case is done in a partner system, a function of its journal, rebuilt by `yimen reindex`.
CREATE TABLE legs (
    case_no TEXT PRIMARY KEY,
    partner TEXT NOT NULL,
    agency TEXT NOT NULL,
    item TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    -- When it last said something, and what; empty before it did.
    heard_at BIGINT,
    stand TEXT NOT NULL,
    -- What it still owes us an answer on.
    open BOOLEAN NOT NULL,
    -- Where the two systems do not agree; empty where they do.
    difference TEXT NOT NULL
);
CREATE INDEX legs_silent ON legs (partner, open, began_at);
CREATE INDEX legs_different ON legs (difference, partner);
-- When we asked a silent partner, and when an officer was told.
CREATE TABLE leg_questions (case_no TEXT PRIMARY KEY, asked_at BIGINT NOT NULL, answer TEXT NOT NULL);
-- Every message of a partner, good or bad, by its own number; what was in it lies on the case. The same number is heard once.
CREATE TABLE partner_messages (
    partner TEXT NOT NULL,
    message TEXT NOT NULL,
    -- SM3 of its bytes, hexadecimal.
    digest TEXT NOT NULL,
    case_no TEXT NOT NULL,
    verdict TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- How often it came.
    times BIGINT NOT NULL,
    PRIMARY KEY (partner, message)
);
CREATE INDEX partner_messages_by_time ON partner_messages (at);
-- Whether a partner answers, and since when.
CREATE TABLE partner_links (partner TEXT PRIMARY KEY, up BOOLEAN NOT NULL, since BIGINT NOT NULL, tried_at BIGINT NOT NULL, fault TEXT NOT NULL);
