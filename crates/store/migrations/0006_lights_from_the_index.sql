-- Counting lights looks at no row: each index of a task list holds what a light is told from, and what the lists are filtered by; that
-- of the supervision board holds all that is counted there.
DROP INDEX cases_by_handler;
CREATE INDEX cases_by_handler ON cases (handler, due_at, no, warn_at, red_since, item, step, open) WHERE open AND handler IS NOT NULL;
DROP INDEX cases_unclaimed;
CREATE INDEX cases_unclaimed ON cases (agency, due_at, no, warn_at, red_since, item, step, open, handler) WHERE open AND handler IS NULL;
DROP INDEX cases_by_step;
CREATE INDEX cases_by_step ON cases (agency, step, due_at, no, warn_at, red_since, item, open) WHERE open;
DROP INDEX cases_board;
CREATE INDEX cases_board ON cases (agency, step, due_at, warn_at, red_since, paused, deemed, open) WHERE open;
