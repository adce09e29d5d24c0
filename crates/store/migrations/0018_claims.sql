-- Which programme a benefit was promised under, for lists, reach and what somebody had already; and who may still have one.
ALTER TABLE benefits ADD COLUMN programme TEXT NOT NULL DEFAULT '';
ALTER TABLE benefits ADD COLUMN clause TEXT NOT NULL DEFAULT '';
CREATE INDEX benefits_on_notice ON benefits (notice_until, claim) WHERE state = 'reserved';
CREATE INDEX benefits_by_programme ON benefits (programme, state);
CREATE INDEX policy_matches_by_clause ON policy_matches (clause, firm);
