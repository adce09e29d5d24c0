-- A draft for several items at once: the theme it follows and the items chosen, as `theme:item item`; none for one item.
ALTER TABLE drafts ADD COLUMN bundle TEXT;
