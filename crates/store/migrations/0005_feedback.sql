-- A matter that was answered waits for whoever raised it; so far its row said the office. Where only a limit of the applicant runs
-- elsewhere, `yimen reindex` says so from the journal.
UPDATE cases SET waits_for = 'applicant' WHERE open AND waits_for = 'office' AND step = 'awaiting-feedback';
