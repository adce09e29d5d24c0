-- One index for each lane of errands: a lane that looks at every commit must not walk through the thousands that wait in another.
DROP INDEX errands_due;
CREATE INDEX errands_patient ON errands (run_at, sender, number) WHERE state = 'waiting' AND kind NOT IN ('push', 'rules', 'result');
CREATE INDEX errands_pushes ON errands (target, run_at) WHERE state = 'waiting' AND kind = 'push';
-- What somebody may do for one firm is asked at every request.
DROP INDEX mandates_by_person;
CREATE INDEX mandates_by_person ON mandates (person, firm);
