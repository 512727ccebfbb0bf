-- PledgeMQ tables for H2. Keys compare byte by byte, whatever IGNORECASE says.
CREATE TABLE IF NOT EXISTS pledge_meta (
    name       VARCHAR_CASESENSITIVE(64)  NOT NULL PRIMARY KEY,
    meta_value VARCHAR_CASESENSITIVE(64)  NOT NULL
);
CREATE TABLE IF NOT EXISTS pledge_barrier (
    message_id VARCHAR_CASESENSITIVE(36)  NOT NULL PRIMARY KEY,
    state      VARCHAR_CASESENSITIVE(16)  NOT NULL,
    confirmed  SMALLINT                   NOT NULL DEFAULT 0,
    created_at TIMESTAMP WITH TIME ZONE   NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS pledge_inbox (
    message_id     VARCHAR_CASESENSITIVE(36)  NOT NULL,
    consumer_group VARCHAR_CASESENSITIVE(255) NOT NULL,
    state          VARCHAR_CASESENSITIVE(16)  NOT NULL,
    revision       INTEGER                    NOT NULL,
    applied_at     TIMESTAMP WITH TIME ZONE   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (message_id, consumer_group)
);
CREATE TABLE IF NOT EXISTS pledge_outbox (
    message_id    VARCHAR_CASESENSITIVE(36)  NOT NULL PRIMARY KEY,
    topic         VARCHAR_CASESENSITIVE(255) NOT NULL,
    message_key   VARCHAR_CASESENSITIVE      NOT NULL,
    message_group VARCHAR_CASESENSITIVE,
    order_key     VARCHAR_CASESENSITIVE(64),
    deliver_at_ms BIGINT,
    properties    VARCHAR_CASESENSITIVE      NOT NULL,
    body          BLOB                       NOT NULL,
    created_at    TIMESTAMP WITH TIME ZONE   NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS pledge_outbox_order ON pledge_outbox (order_key);
