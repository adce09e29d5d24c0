-- What people think of findings of the consistency assessment: never changed, only added to. `finding` is the key of the finding, the
-- same when it is found again; `digest` is of both texts, so that a changed text shows an opinion to be of an earlier one.
CREATE TABLE finding_opinions (
    id TEXT PRIMARY KEY,
    finding TEXT NOT NULL,
    digest TEXT NOT NULL,
    edition TEXT NOT NULL,
    verdict TEXT NOT NULL,
    words TEXT NOT NULL,
    by_staff TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX finding_opinions_by_finding ON finding_opinions (finding, at);
