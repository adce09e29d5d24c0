-- What became of a commitment (告知承诺), by when it is looked at next, and the record of one that was broken: by class, until when.
ALTER TABLE cases ADD COLUMN commitment TEXT;
ALTER TABLE cases ADD COLUMN check_due TEXT;
ALTER TABLE cases ADD COLUMN credit_class TEXT;
ALTER TABLE cases ADD COLUMN credit_until TEXT;
CREATE INDEX cases_committed ON cases (item, commitment) WHERE commitment IS NOT NULL;
CREATE INDEX cases_to_check ON cases (check_due, no) WHERE check_due IS NOT NULL;
CREATE INDEX cases_credit ON cases (holder, credit_class, credit_until) WHERE credit_class IS NOT NULL;
