-- PledgeMQ tables for PostgreSQL. Keys compare byte by byte: COLLATE "C".
CREATE TABLE IF NOT EXISTS pledge_meta (
    name       varchar(64) COLLATE "C" NOT NULL PRIMARY KEY,
    meta_value varchar(64) COLLATE "C" NOT NULL
);
CREATE TABLE IF NOT EXISTS pledge_barrier (
    message_id varchar(36) COLLATE "C" NOT NULL PRIMARY KEY,
    state      varchar(16) COLLATE "C" NOT NULL,
    confirmed  smallint                NOT NULL DEFAULT 0,
    created_at timestamptz             NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS pledge_inbox (
    message_id     varchar(36)  COLLATE "C" NOT NULL,
    consumer_group varchar(255) COLLATE "C" NOT NULL,
    state          varchar(16)  COLLATE "C" NOT NULL,
    revision       integer                  NOT NULL,
    applied_at     timestamptz              NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (message_id, consumer_group)
);
CREATE TABLE IF NOT EXISTS pledge_outbox (
    message_id    varchar(36)  COLLATE "C" NOT NULL PRIMARY KEY,
    topic         varchar(255) COLLATE "C" NOT NULL,
    message_key   text         COLLATE "C" NOT NULL,
    message_group text         COLLATE "C",
    order_key     varchar(64)  COLLATE "C",
    deliver_at_ms bigint,
    properties    text         COLLATE "C" NOT NULL,
    body          bytea                    NOT NULL,
    created_at    timestamptz              NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS pledge_outbox_order ON pledge_outbox (order_key);
