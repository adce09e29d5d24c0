-- What was decided by rule, by the time in which it was applied for.
CREATE INDEX cases_by_rule_in_time ON cases (submitted_at, item) WHERE at_once IS NOT NULL;
-- Errands that somebody waits for, however many others there are.
CREATE INDEX errands_prompt ON errands (run_at, sender, number) WHERE state = 'waiting' AND kind IN ('rules', 'result');
-- 电子证照标识 (GB/T 36904); empty where the rulebook had no codes for one.
ALTER TABLE licences ADD COLUMN identifier TEXT NOT NULL DEFAULT '';
CREATE INDEX licences_by_identifier ON licences (identifier) WHERE identifier <> '';
-- Dead errands are few and looked for often.
CREATE INDEX errands_dead ON errands (run_at, sender, number) WHERE state = 'dead';
