-- Supervision reads no case whole: the special procedure that runs stands on the row, and so does which particular is the published
-- reason. What the rules of an item decided, and by which day a person looks at it once more, stands there too. Filled by `reindex`.
ALTER TABLE cases ADD COLUMN special TEXT;
ALTER TABLE cases ADD COLUMN special_until TEXT;
CREATE INDEX cases_special ON cases (special_until, no) WHERE open AND special_until IS NOT NULL;
ALTER TABLE cases ADD COLUMN reason BIGINT;
ALTER TABLE cases DROP COLUMN reason_published;
ALTER TABLE cases ADD COLUMN at_once TEXT;
ALTER TABLE cases ADD COLUMN audit_due TEXT;
CREATE INDEX cases_by_rule ON cases (no) WHERE at_once IS NOT NULL;
CREATE INDEX cases_to_audit ON cases (audit_due, no) WHERE audit_due IS NOT NULL;
-- What ran out since the timekeeper's last look, without a step over those told already.
CREATE INDEX cases_not_told ON cases (due_at, no) WHERE open AND red_since IS NULL;
