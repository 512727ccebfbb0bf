-- PledgeMQ tables of version 2 for MariaDB and MySQL: additions to V1 only, so that instances of both versions run side by side.
ALTER TABLE pledge_barrier ADD COLUMN engine VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE pledge_inbox ADD COLUMN due_ms BIGINT;
ALTER TABLE pledge_outbox ADD COLUMN seq BIGINT NOT NULL AUTO_INCREMENT UNIQUE;
ALTER TABLE pledge_outbox ADD COLUMN engine VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE pledge_outbox ADD COLUMN status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'WAITING';
ALTER TABLE pledge_outbox ADD COLUMN problem MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS pledge_incarnation (
    incarnation VARCHAR(36)  CHARACTER SET ascii COLLATE ascii_bin     NOT NULL PRIMARY KEY,
    service     VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    instance    VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    beats       BIGINT                                                 NOT NULL,
    beat_ms     BIGINT                                                 NOT NULL
) ENGINE = InnoDB;
