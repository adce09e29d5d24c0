-- The payment file that a claim stands in; empty while it stands in none.
ALTER TABLE benefits ADD COLUMN file TEXT NOT NULL DEFAULT '';
CREATE INDEX benefits_by_file ON benefits (programme, file) WHERE file <> '';
