-- Drafts under assessment are counted by body over a year; they are few among all cases, and are found by themselves.
CREATE INDEX cases_assessed ON cases (submitted_at, no) WHERE procedure = 'policy-draft';
