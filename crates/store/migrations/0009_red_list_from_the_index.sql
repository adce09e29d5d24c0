-- The red list looks for limits that ran out since the timekeeper's last look: told from the index, without the rows of those told already.
DROP INDEX cases_open_due;
CREATE INDEX cases_open_due ON cases (due_at, no, red_since) WHERE open;
