-- Scans and what they saw. Each key begins with the scan, so that a scan is read, and deleted, as one range.

CREATE TABLE IF NOT EXISTS scan (
    id         VARCHAR(31) PRIMARY KEY,
    owner      VARCHAR(128) NOT NULL,
    state      VARCHAR(16) NOT NULL,
    started_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
    ended_at   TIMESTAMP(9) WITH TIME ZONE,
    providers  VARCHAR ARRAY NOT NULL,
    accounts   VARCHAR ARRAY NOT NULL,
    regions    VARCHAR ARRAY NOT NULL,
    types      VARCHAR ARRAY NOT NULL,
    timeout_ms BIGINT NOT NULL,
    api_calls  BIGINT DEFAULT 0 NOT NULL
);

CREATE TABLE IF NOT EXISTS resource (
    scan       VARCHAR(31) NOT NULL REFERENCES scan (id) ON DELETE CASCADE,
    type       VARCHAR NOT NULL,
    provider   VARCHAR NOT NULL,
    account    VARCHAR NOT NULL,
    region     VARCHAR NOT NULL,
    id         VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,
    tags       JSON NOT NULL,
    attributes JSON NOT NULL,
    PRIMARY KEY (scan, type, provider, account, region, id)
);

CREATE TABLE IF NOT EXISTS finding (
    scan     VARCHAR(31) NOT NULL REFERENCES scan (id) ON DELETE CASCADE,
    rule     VARCHAR NOT NULL,
    type     VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    account  VARCHAR NOT NULL,
    region   VARCHAR NOT NULL,
    id       VARCHAR NOT NULL,
    severity VARCHAR(16) NOT NULL,
    sentence VARCHAR NOT NULL,
    evidence JSON NOT NULL,
    PRIMARY KEY (scan, rule, type, provider, account, region, id)
);

-- The type is empty where everything in the scope could not be seen: a key has no nulls.
CREATE TABLE IF NOT EXISTS gap (
    scan           VARCHAR(31) NOT NULL REFERENCES scan (id) ON DELETE CASCADE,
    provider       VARCHAR NOT NULL,
    account        VARCHAR NOT NULL,
    region         VARCHAR NOT NULL,
    type           VARCHAR NOT NULL,
    code           VARCHAR(32) NOT NULL,
    sentence       VARCHAR NOT NULL,
    retry_after_ms BIGINT,
    PRIMARY KEY (scan, provider, account, region, type, code, sentence)
);

CREATE INDEX IF NOT EXISTS scan_started ON scan (started_at DESC);
