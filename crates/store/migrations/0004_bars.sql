-- Until when a written decision keeps the holder from applying for the same permit again (行政许可法 arts. 78, 79).
ALTER TABLE cases ADD COLUMN barred_until TEXT;
CREATE INDEX cases_barred ON cases (holder, barred_until, no) WHERE barred_until IS NOT NULL;
