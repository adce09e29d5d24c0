-- Where a case stands among those who want the same limited permit: the moment of acceptance, or, while the limit to accept runs,
-- that from which silence would accept it. `yimen reindex` reads it from the journal; until then the moment of submission stands in.
ALTER TABLE cases ADD COLUMN in_line_at BIGINT;

UPDATE cases SET in_line_at = submitted_at WHERE accepted_on IS NOT NULL;
