-- PledgeMQ tables for MariaDB and MySQL. Keys compare byte by byte: ascii_bin. InnoDB, because the rows must be transactional.
CREATE TABLE IF NOT EXISTS pledge_meta (
    name       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    meta_value VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS pledge_barrier (
    message_id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    confirmed  SMALLINT                                          NOT NULL DEFAULT 0,
    created_at TIMESTAMP                                         NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS pledge_inbox (
    message_id     VARCHAR(36)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    consumer_group VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state          VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    revision       INT                                                NOT NULL,
    applied_at     TIMESTAMP                                          NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (message_id, consumer_group)
) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS pledge_outbox (
    message_id    VARCHAR(36)  CHARACTER SET ascii COLLATE ascii_bin     NOT NULL PRIMARY KEY,
    topic         VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin     NOT NULL,
    message_key   MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    message_group MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    order_key     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin,
    deliver_at_ms BIGINT,
    properties    MEDIUMTEXT   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    body          LONGBLOB                                               NOT NULL,
    created_at    TIMESTAMP                                              NOT NULL DEFAULT CURRENT_TIMESTAMP,
    KEY pledge_outbox_order (order_key)
) ENGINE = InnoDB;
