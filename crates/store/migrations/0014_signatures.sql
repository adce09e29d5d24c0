-- Who was asked to sign a draft with the applicant, by the digest of a number or by a credit code, and what they answered. `signed` is
-- what was signed, byte for byte, until the draft is sent: then it lies in the case.
CREATE TABLE draft_signatures (
    draft TEXT NOT NULL,
    part TEXT NOT NULL,
    signer TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    person TEXT,
    answered_at BIGINT,
    digest TEXT NOT NULL DEFAULT '',
    signed TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (draft, part, signer)
) /* by key */;
CREATE INDEX draft_signatures_by_signer ON draft_signatures (signer, asked_at);
