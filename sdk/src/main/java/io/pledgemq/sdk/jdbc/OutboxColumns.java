package io.pledgemq.sdk.jdbc;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message as columns of {@code pledge_outbox}, and back. */
final class OutboxColumns {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JavaType PROPERTIES =
            JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class);

    private OutboxColumns() {}

    /**
     * Sets topic, message_key, message_group, order_key, deliver_at_ms, properties and body, from this parameter on.
     */
    static void set(PreparedStatement statement, int first, OutgoingMessage message) throws SQLException {
        statement.setString(first, message.topic());
        statement.setString(first + 1, message.key());
        statement.setString(first + 2, message.messageGroup());
        statement.setString(first + 3, Outbox.orderKey(message).orElse(null));
        if (message.deliverAt() == null) {
            statement.setNull(first + 4, Types.BIGINT);
        } else {
            statement.setLong(first + 4, message.deliverAt().toEpochMilli());
        }
        statement.setString(first + 5, json(message.properties()));
        statement.setBytes(first + 6, message.body().bytes());
    }

    /** Reads message_id, topic, message_key, message_group, deliver_at_ms, properties and body, the first columns. */
    static OutgoingMessage message(ResultSet row, Origin origin) throws SQLException {
        return new OutgoingMessage(
                row.getString(1),
                origin,
                row.getString(2),
                row.getString(3),
                Body.of(row.getBytes(7)),
                row.getString(4),
                time(row, 5),
                properties(row.getString(6)));
    }

    static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        long ms = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(ms);
    }

    private static String json(Map<String, String> properties) {
        try {
            return JSON.writeValueAsString(properties);
        } catch (IOException e) {
            throw new IllegalStateException("texts can always be written as JSON, these cannot: " + properties, e);
        }
    }

    private static Map<String, String> properties(String json) throws SQLException {
        try {
            return JSON.readValue(json, PROPERTIES);
        } catch (IOException e) {
            throw new SQLException("expected properties as JSON in pledge_outbox, actual " + json, e);
        }
    }
}
