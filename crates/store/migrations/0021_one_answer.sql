-- One open draft of one writer answers a correction, however often its page is opened at once. Of those begun twice before, the first stays.
UPDATE drafts SET deleted_at = updated_at
WHERE for_case IS NOT NULL AND submitted IS NULL AND deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM drafts AS earlier
    WHERE earlier.owner = drafts.owner AND earlier.for_case = drafts.for_case AND earlier.submitted IS NULL
        AND earlier.deleted_at IS NULL AND earlier.id < drafts.id
);
CREATE UNIQUE INDEX drafts_one_answer ON drafts (owner, for_case)
WHERE for_case IS NOT NULL AND submitted IS NULL AND deleted_at IS NULL;
