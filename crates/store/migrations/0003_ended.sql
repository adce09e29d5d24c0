-- A decision open to the public says when the permit ended, and how: the kebab-case word of the ending.
ALTER TABLE published_decisions ADD COLUMN ending TEXT;
ALTER TABLE published_decisions ADD COLUMN ended_on TEXT;
