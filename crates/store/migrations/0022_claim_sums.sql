-- Paid money comes back in parts: what of a benefit did so far. In 分.
ALTER TABLE benefits ADD COLUMN recovered BIGINT NOT NULL DEFAULT 0;
UPDATE benefits SET recovered = amount WHERE state = 'recovered';
-- Whether money that is set aside can go out: it is granted, and the account is known.
ALTER TABLE benefits ADD COLUMN due BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE benefits SET due = TRUE WHERE state = 'reserved' AND EXISTS
    (SELECT 1 FROM cases WHERE cases.no = benefits.claim AND cases.step = 'awaiting-payment');
CREATE INDEX benefits_due ON benefits (programme, claim) WHERE state = 'reserved' AND due;
-- What a programme promises, has paid and had back, kept with every step, so that no page adds up all claims. In 分.
CREATE TABLE claim_sums (
    programme TEXT NOT NULL,
    batch TEXT NOT NULL,
    promised_count BIGINT NOT NULL DEFAULT 0,
    promised BIGINT NOT NULL DEFAULT 0,
    paid_count BIGINT NOT NULL DEFAULT 0,
    paid BIGINT NOT NULL DEFAULT 0,
    back BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (programme, batch)
);
INSERT INTO claim_sums (programme, batch, promised_count, promised, paid_count, paid, back)
    SELECT programme, batch,
        CAST(sum(CASE WHEN state = 'reserved' THEN 1 ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN state = 'reserved' THEN amount ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN state IN ('paid', 'recovered') THEN 1 ELSE 0 END) AS BIGINT),
        CAST(sum(CASE WHEN state IN ('paid', 'recovered') THEN amount ELSE 0 END) AS BIGINT),
        CAST(sum(recovered) AS BIGINT)
    FROM benefits GROUP BY programme, batch;
