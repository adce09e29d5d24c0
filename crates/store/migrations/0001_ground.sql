-- The ground: journal, the rows read from it, and what stands beside it. One text for SQLite and PostgreSQL.
-- Times are UTC milliseconds (BIGINT), legal days are TEXT YYYY-MM-DD. JSON is opaque text.
-- Zone, agency, holder and parent are columns from the first day, so that every reader can be bounded by them.
-- A table that ends in the comment about the key is kept by SQLite in the order of its key, without a second tree.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) /* by key */;

-- Append-only. hash = SM3(previous hash, case, version, payload, sealed); sealed = HMAC-SM3 commitments to the particulars.
CREATE TABLE journal (
    case_no TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    payload TEXT NOT NULL,
    sealed TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (case_no, version)
) /* by key */;

-- The first outcome of a request, given again when it is repeated.
CREATE TABLE requests (
    request TEXT PRIMARY KEY,
    case_no TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL
) /* by key */;

CREATE TABLE case_keys (case_no TEXT PRIMARY KEY, key BYTEA NOT NULL) /* by key */;
CREATE TABLE particulars (
    case_no TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (case_no, number)
) /* by key */;
CREATE TABLE erasures (case_no TEXT PRIMARY KEY, rule TEXT NOT NULL, at BIGINT NOT NULL, by_staff TEXT NOT NULL);

-- One row a case, a function of (before, after, events). `title` is personal and goes with erasure.
CREATE TABLE cases (
    no TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    item TEXT NOT NULL,
    procedure TEXT NOT NULL,
    edition TEXT NOT NULL,
    step TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    holder TEXT NOT NULL,
    agency TEXT NOT NULL,
    area TEXT NOT NULL,
    channel TEXT NOT NULL,
    parent TEXT,
    handler TEXT,
    first_officer TEXT,
    title TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    received_on TEXT,
    accepted_on TEXT,
    deemed BOOLEAN NOT NULL,
    -- Name of the event by which it was decided or came to its end, and when: the measure of minutes to a result.
    outcome TEXT,
    decided_at BIGINT,
    closed_at BIGINT,
    updated_at BIGINT NOT NULL,
    first_contact_at BIGINT NOT NULL,
    -- Earliest due day of the running clocks that bind the office; without one `due_at` and `warn_at` lie in the year 2286, so
    -- that lists need no null. Lights are these columns compared with now (decision 8).
    due_on TEXT,
    due_at BIGINT NOT NULL,
    warn_at BIGINT NOT NULL,
    waits_for TEXT NOT NULL,
    paused BOOLEAN NOT NULL,
    -- The first time a clock that binds the office ran out: red stays red.
    red_since BIGINT,
    reason_published BOOLEAN NOT NULL,
    provisional BOOLEAN NOT NULL,
    rating BIGINT,
    class TEXT,
    -- The last hash of its journal.
    chain BYTEA NOT NULL
) /* by key */;
-- Task lists, by urgency: what I handle, what nobody has taken on, what waits at a step, and all that is open.
CREATE INDEX cases_by_handler ON cases (handler, due_at, no) WHERE open AND handler IS NOT NULL;
CREATE INDEX cases_unclaimed ON cases (agency, due_at, no) WHERE open AND handler IS NULL;
CREATE INDEX cases_by_step ON cases (agency, step, due_at, no) WHERE open;
CREATE INDEX cases_open_due ON cases (due_at, no) WHERE open;
-- All that the supervision board counts, so that it need not look at the rows.
CREATE INDEX cases_board ON cases (agency, due_at, warn_at, red_since, paused, deemed) WHERE open;
CREATE INDEX cases_by_holder ON cases (holder, submitted_at, no);
CREATE INDEX cases_by_age ON cases (submitted_at, no);
CREATE INDEX cases_by_decision ON cases (decided_at, agency, item, red_since, first_contact_at) WHERE decided_at IS NOT NULL;
CREATE INDEX cases_red ON cases (red_since, no) WHERE open AND red_since IS NOT NULL;
CREATE INDEX cases_turned_red ON cases (red_since) WHERE red_since IS NOT NULL;
CREATE INDEX cases_by_parent ON cases (parent) WHERE parent IS NOT NULL;

-- Every running clock that has not run out, for the timekeeper: look = the instant at which something may have to happen.
CREATE TABLE deadlines (
    case_no TEXT NOT NULL,
    clock TEXT NOT NULL,
    due_on TEXT NOT NULL,
    look_at BIGINT NOT NULL,
    provisional BOOLEAN NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (case_no, clock)
) /* by key */;
CREATE INDEX deadlines_due ON deadlines (look_at);
CREATE INDEX deadlines_provisional ON deadlines (case_no) WHERE provisional;

-- Opinions asked of other bodies, so that each body sees the cases it was asked about; `owed` while it has not answered.
CREATE TABLE consultations (
    case_no TEXT NOT NULL,
    number BIGINT NOT NULL,
    agency TEXT NOT NULL,
    due_on TEXT,
    owed BOOLEAN NOT NULL,
    PRIMARY KEY (case_no, number)
) /* by key */;
CREATE INDEX consultations_by_agency ON consultations (agency, owed);

-- The outbox: at least once, ordered and numbered per (sender, target). What was done is gone; what failed too often is dead.
CREATE TABLE errands (
    sender TEXT NOT NULL,
    -- Ascending with every errand of the sender, to whomever it goes.
    number BIGINT NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    fault TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (sender, number)
) /* by key */;
CREATE INDEX errands_due ON errands (state, run_at);
CREATE TABLE errand_inbox (sender TEXT NOT NULL, target TEXT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (sender, target)) /* by key */;

-- Numbers: leased blocks for cases (gaps allowed), gap-free series for documents.
CREATE TABLE counters (name TEXT PRIMARY KEY, next BIGINT NOT NULL) /* by key */;

-- A letter's row is saved together with the drawing of its number; `digest` is empty until the document lies in the papers.
CREATE TABLE letters (
    errand TEXT PRIMARY KEY,
    case_no TEXT NOT NULL,
    kind TEXT NOT NULL,
    agency TEXT NOT NULL,
    series TEXT NOT NULL,
    series_number BIGINT NOT NULL,
    document_number TEXT NOT NULL,
    check_code TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX letters_by_digest ON letters (digest);
CREATE INDEX letters_by_case ON letters (case_no, made_at);
CREATE UNIQUE INDEX letters_by_code ON letters (check_code);
CREATE UNIQUE INDEX letters_by_number ON letters (series, series_number);

-- Granted decisions, open to the public (行政许可法 art. 40). No natural person's data.
CREATE TABLE published_decisions (
    case_no TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    agency TEXT NOT NULL,
    area TEXT NOT NULL,
    document_number TEXT NOT NULL,
    holder_shown TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    valid_until TEXT,
    published_at BIGINT NOT NULL
);
CREATE INDEX published_by_day ON published_decisions (decided_on, case_no);

-- Search: our own term table (decision 13). Who may see a document is asked of the document's own row, never kept here.
CREATE TABLE terms (kind TEXT NOT NULL, term TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, term, document)) /* by key */;

-- Cases whose titles are not among the terms yet. A title has some twenty terms, so they are written for many cases at a time;
-- until then search looks at these cases one by one.
CREATE TABLE titles_waiting (case_no TEXT PRIMARY KEY) /* by key */;

-- Following a matter without signing in: an unguessable code and a second secret (only its digest).
CREATE TABLE follow_codes (code TEXT PRIMARY KEY, case_no TEXT NOT NULL, secret TEXT NOT NULL, failures BIGINT NOT NULL DEFAULT 0);
CREATE INDEX follow_by_case ON follow_codes (case_no);

-- Editions of the rulebook, numbered in the order of publishing; and the calendar as a series of its own.
CREATE TABLE editions (
    name TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    base TEXT,
    digest TEXT NOT NULL,
    in_force_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX editions_by_number ON editions (number);
CREATE TABLE edition_files (edition TEXT NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (edition, path));
-- What an append must check again: items that an edition closes, and how many of a number-limited permit there are.
CREATE TABLE edition_items (edition TEXT NOT NULL, item TEXT NOT NULL, closed_from TEXT, quota BIGINT, PRIMARY KEY (edition, item)) /* by key */;
-- Permits of a number-limited item that stand now (行政许可法 art. 57).
CREATE TABLE quotas (item TEXT PRIMARY KEY, taken BIGINT NOT NULL);
CREATE TABLE calendars (version BIGINT PRIMARY KEY, text TEXT NOT NULL, imported_at BIGINT NOT NULL, imported_by TEXT NOT NULL);

-- Definitions on their way to an edition: draft, department, legal, published.
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    base_edition TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX changes_by_state ON changes (state, updated_at);
CREATE TABLE change_steps (change TEXT NOT NULL, number BIGINT NOT NULL, state TEXT NOT NULL, by_staff TEXT NOT NULL, at BIGINT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (change, number));

-- Errors in guides, told by visitors, clerks or found as a root cause: each has a due day.
CREATE TABLE corrections (
    id TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    cause TEXT NOT NULL,
    words TEXT NOT NULL,
    contact TEXT NOT NULL,
    from_case TEXT,
    state TEXT NOT NULL,
    due_on TEXT NOT NULL,
    taken_by TEXT,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT
);
CREATE INDEX corrections_by_state ON corrections (state, due_on);

-- The list as a process: a row is proposed, agreed or disputed, arbitrated, published. Append-only.
CREATE TABLE list_steps (
    row_code TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    agency TEXT NOT NULL,
    words TEXT NOT NULL,
    by_staff TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (row_code, number)
);

-- People. `id` is opaque; the identity number is kept apart from what lists show. `id_digest` is that of the number once a counter
-- or a register has confirmed it, so that nobody can occupy the number of somebody else by typing it.
CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    id_kind TEXT NOT NULL,
    id_number TEXT NOT NULL,
    id_digest TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX persons_by_number ON persons (id_digest);
CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    agency TEXT NOT NULL,
    phone TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    left_on TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX staff_by_agency ON staff (agency);
CREATE TABLE powers (
    id TEXT PRIMARY KEY,
    staff TEXT NOT NULL,
    role TEXT NOT NULL,
    agency TEXT,
    items TEXT NOT NULL,
    until TEXT,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    taken_at BIGINT
);
CREATE INDEX powers_by_staff ON powers (staff);
CREATE INDEX powers_by_role ON powers (role, agency);
CREATE TABLE absences (id TEXT PRIMARY KEY, staff TEXT NOT NULL, substitute TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL);
CREATE INDEX absences_by_substitute ON absences (substitute);
CREATE TABLE firms (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    legal_person TEXT NOT NULL,
    -- Digest of the identity number of the legal representative; empty where the register does not tell it.
    legal_digest TEXT NOT NULL,
    address TEXT NOT NULL,
    area TEXT NOT NULL,
    industry TEXT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- Who may act for a firm: never self-declared. A claim sees nothing until it is confirmed.
CREATE TABLE mandates (
    id TEXT PRIMARY KEY,
    firm TEXT NOT NULL,
    person TEXT NOT NULL,
    part TEXT NOT NULL,
    items TEXT NOT NULL,
    acts TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT,
    state TEXT NOT NULL,
    confirmed_by TEXT,
    confirmed_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX mandates_by_person ON mandates (person, state);
CREATE INDEX mandates_by_firm ON mandates (firm, state);

-- Signing in. A password given at the counter holds until `one_time_until` and must be changed.
CREATE TABLE accounts (
    login TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    password TEXT NOT NULL,
    totp TEXT,
    totp_last BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    must_change BOOLEAN NOT NULL,
    one_time_until BIGINT,
    active BOOLEAN NOT NULL
) /* by key */;
CREATE INDEX accounts_by_subject ON accounts (kind, subject);
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY,
    login TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    acting_for TEXT,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    second_factor BOOLEAN NOT NULL
) /* by key */;
CREATE INDEX sessions_by_subject ON sessions (kind, subject);
CREATE INDEX sessions_by_login ON sessions (login);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX tokens_by_subject ON tokens (subject_kind, subject);
CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest);
-- Keys of callers, and what was made under each: a repeated call makes nothing twice.
CREATE TABLE call_keys (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, made TEXT NOT NULL, at BIGINT NOT NULL) /* by key */;
CREATE INDEX call_keys_by_age ON call_keys (at);

-- Drafts: one row a field, so that each saves by itself.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    holder TEXT NOT NULL,
    item TEXT NOT NULL,
    edition TEXT NOT NULL,
    agency TEXT NOT NULL,
    area TEXT NOT NULL,
    channel TEXT NOT NULL,
    for_case TEXT,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    parked BOOLEAN NOT NULL,
    submitted TEXT,
    deleted_at BIGINT
);
CREATE INDEX drafts_by_owner ON drafts (owner, updated_at);
CREATE INDEX drafts_by_holder ON drafts (holder, updated_at);
CREATE TABLE draft_fields (draft TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (draft, field)) /* by key */;
CREATE TABLE draft_papers (
    draft TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (draft, key, digest)
) /* by key */;
-- What a holder gave before, offered again. A hash is no capability: always looked up by holder.
CREATE TABLE given_fields (holder TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, from_case TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (holder, field)) /* by key */;
CREATE TABLE given_papers (holder TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, file_name TEXT NOT NULL, from_case TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (holder, key)) /* by key */;
CREATE INDEX draft_papers_by_digest ON draft_papers (digest);
CREATE INDEX given_papers_by_digest ON given_papers (digest);
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    draft TEXT NOT NULL,
    key TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL,
    received BIGINT NOT NULL,
    state TEXT NOT NULL,
    digest TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX uploads_by_age ON uploads (state, created_at);
CREATE INDEX uploads_by_draft ON uploads (draft);
-- The parts of an upload as they lie in the staging place; a part is there before its row is.
CREATE TABLE upload_parts (upload TEXT NOT NULL, start BIGINT NOT NULL, size BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (upload, start)) /* by key */;
-- Which case holds which paper, so that the sweep spares it.
CREATE TABLE case_papers (digest TEXT NOT NULL, case_no TEXT NOT NULL, PRIMARY KEY (digest, case_no)) /* by key */;
CREATE INDEX case_papers_by_case ON case_papers (case_no);
-- `scan` is what a virus scanner said: clean, or not-scanned where there is none.
CREATE TABLE blobs (digest TEXT PRIMARY KEY, size BIGINT NOT NULL, media TEXT NOT NULL, scan TEXT NOT NULL, created_at BIGINT NOT NULL) /* by key */;

-- Notices in the portal and the workbench; the mail port sends from the same row.
CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    reader TEXT NOT NULL,
    case_no TEXT,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notices_by_reader ON notices (reader, at);
CREATE INDEX notices_unread ON notices (reader) WHERE read_at IS NULL;

-- Who read what (reading log), and what administrators did.
CREATE TABLE readings (id TEXT PRIMARY KEY, reader TEXT NOT NULL, what TEXT NOT NULL, case_no TEXT, at BIGINT NOT NULL, purpose TEXT NOT NULL);
CREATE INDEX readings_by_case ON readings (case_no, at);
CREATE INDEX readings_by_reader ON readings (reader, at);
CREATE TABLE audit (id TEXT PRIMARY KEY, by_staff TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, at BIGINT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX audit_by_time ON audit (at);

-- A daily digest over all chain heads, itself chained.
CREATE TABLE daily_digests (day TEXT PRIMARY KEY, cases BIGINT NOT NULL, heads BYTEA NOT NULL, hash BYTEA NOT NULL);
