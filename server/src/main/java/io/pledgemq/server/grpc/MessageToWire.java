package io.pledgemq.server.grpc;

import com.google.protobuf.ByteString;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.rpc.v2.DeadLetterQueue;
import io.pledgemq.rpc.v2.Digest;
import io.pledgemq.rpc.v2.DigestType;
import io.pledgemq.rpc.v2.Encoding;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SystemProperties;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts engine messages to protobuf. Thread-safe. */
final class MessageToWire {
    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();
    private static final String KEY_SEPARATOR = " ";

    private final String storeHost;

    /** @param storeHost the store host that clients see on their messages */
    MessageToWire(String storeHost) {
        this.storeHost = storeHost;
    }

    /**
     * A delivered message.
     *
     * @param topic as the receiver wrote it
     * @param handle settles it
     * @param queues of how many queues its message group falls into one
     */
    Message delivered(Delivery delivery, Resource topic, String handle, int queues) {
        io.pledgemq.engine.command.Message message = delivery.message();
        SystemProperties.Builder system = system(message)
                .setMessageType(type(message))
                .setReceiptHandle(handle)
                .setDeliveryAttempt(delivery.attempt())
                .setQueueId(queue(message, queues))
                .setQueueOffset(delivery.receipt().position());
        if (topic.getName().startsWith(Names.DEAD_LETTERS)) {
            system.setDeadLetterQueue(DeadLetterQueue.newBuilder()
                    .setTopic(topicOf(message).getName())
                    .setMessageId(message.id().text()));
        }
        return message(message, topic, system);
    }

    /** Converts a half message for a check. */
    Message asked(io.pledgemq.engine.command.Message message) {
        return message(
                message,
                topicOf(message),
                system(message).setMessageType(MessageType.TRANSACTION).setDeliveryAttempt(1));
    }

    /** Converts a message for a consumer to try out; it has no receipt handle. */
    Message tried(io.pledgemq.engine.command.Message message) {
        return message(
                message,
                topicOf(message),
                system(message).setMessageType(type(message)).setDeliveryAttempt(1));
    }

    private static Message message(
            io.pledgemq.engine.command.Message message, Resource topic, SystemProperties.Builder system) {
        Message.Builder wire = Message.newBuilder()
                .setTopic(topic)
                .setSystemProperties(system)
                .setBody(ByteString.copyFrom(message.body()));
        for (Map.Entry<String, String> property : message.properties().entrySet()) {
            if (!ReservedProperties.is(property.getKey())) {
                wire.putUserProperties(ReservedProperties.clientsName(property.getKey()), property.getValue());
            }
        }
        return wire.build();
    }

    private SystemProperties.Builder system(io.pledgemq.engine.command.Message message) {
        Map<String, String> properties = message.properties();
        SystemProperties.Builder system = SystemProperties.newBuilder()
                .setMessageId(message.id().text())
                // Clients spell other digests differently; on this one they all agree.
                .setBodyDigest(Digest.newBuilder().setType(DigestType.MD5).setChecksum(md5(message.body())))
                .setBodyEncoding(properties.containsKey(ReservedProperties.GZIP) ? Encoding.GZIP : Encoding.IDENTITY)
                .setBornTimestamp(Times.write(number(properties.get(ReservedProperties.BORN_MS))))
                .setBornHost(properties.getOrDefault(ReservedProperties.BORN_HOST, ""))
                .setStoreTimestamp(Times.write(number(properties.get(ReservedProperties.STORED_MS))))
                .setStoreHost(storeHost)
                .addAllKeys(keys(message));
        if (message.tag() != null) {
            system.setTag(message.tag());
        }
        if (message.messageGroup() != null) {
            system.setMessageGroup(message.messageGroup());
        }
        if (message.deliverAtMs() > 0) {
            system.setDeliveryTimestamp(Times.write(message.deliverAtMs()));
        }
        String trace = properties.get(ReservedProperties.TRACE);
        if (trace != null) {
            system.setTraceContext(trace);
        }
        return system;
    }

    private static List<String> keys(io.pledgemq.engine.command.Message message) {
        String told = message.properties().get(ReservedProperties.KEYS);
        if (told != null) {
            return List.of(told.split("\n", -1));
        }
        String key = message.key();
        return key == null ? List.of() : List.of(key.split(KEY_SEPARATOR, -1));
    }

    private static MessageType type(io.pledgemq.engine.command.Message message) {
        if (message.messageGroup() != null) {
            return MessageType.FIFO;
        }
        return message.deliverAtMs() > 0 ? MessageType.DELAY : MessageType.NORMAL;
    }

    private static int queue(io.pledgemq.engine.command.Message message, int queues) {
        String group = message.messageGroup();
        return group == null ? 0 : Math.floorMod(group.hashCode(), queues);
    }

    /** Returns the topic as its sender wrote it. */
    static Resource topicOf(io.pledgemq.engine.command.Message message) {
        String namespace = message.properties().getOrDefault(ReservedProperties.NAMESPACE, "");
        String name = message.topic();
        return Resource.newBuilder()
                .setResourceNamespace(namespace)
                .setName(namespace.isEmpty() ? name : name.substring(namespace.length() + 1))
                .build();
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseLong(text);
    }

    private static String md5(byte[] body) {
        try {
            return UPPER_HEX.formatHex(MessageDigest.getInstance("MD5").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
