-- What is promised and paid of each budget line; batch '' is the line as a whole. Amounts in 分.
CREATE TABLE budgets (
    line TEXT NOT NULL,
    batch TEXT NOT NULL,
    reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    paid BIGINT NOT NULL DEFAULT 0 CHECK (paid >= 0),
    PRIMARY KEY (line, batch)
);
-- What one holder has in one group of clauses that do not add up (不重复享受、就高、补差). The holder is a key, never a name.
CREATE TABLE stacks (
    holder TEXT NOT NULL,
    stack TEXT NOT NULL,
    had BIGINT NOT NULL DEFAULT 0 CHECK (had >= 0),
    PRIMARY KEY (holder, stack)
);
CREATE TABLE benefits (
    claim TEXT PRIMARY KEY,
    line TEXT NOT NULL,
    batch TEXT NOT NULL,
    holder TEXT NOT NULL,
    stack TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    notice_until TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX benefits_by_line ON benefits (line, batch, state);
