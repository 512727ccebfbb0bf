package io.pledgemq.server.grpc;

import java.util.Set;

/**
 * Names of RocketMQ's own message properties. RocketMQ and this server refuse user properties with such a name: a
 * filter that names it would read the system's property.
 */
final class SystemNames {
    /** What RocketMQ 5.5.0 refuses. */
    private static final Set<String> OF_ROCKETMQ = Set.of(
            "1ST_POP_TIME",
            "ARRIVE_TIME",
            "BORN_TIMESTAMP",
            "BUYER_ID",
            "CLUSTER",
            "CONSUME_START_TIME",
            "CORRECTION_FLAG",
            "CORRELATION_ID",
            "DELAY",
            "DLQ_ORIGIN_MESSAGE_ID",
            "DLQ_ORIGIN_TOPIC",
            "DUP_INFO",
            "EXTEND_UNIQ_INFO",
            "INNER_MULTI_QUEUE_OFFSET",
            "INSTANCE_ID",
            "KEYS",
            "MAX_OFFSET",
            "MAX_RECONSUME_TIMES",
            "MIN_OFFSET",
            "MQ2_FLAG",
            "MSG_REGION",
            "MSG_TYPE",
            "ORIGIN_GROUP",
            "ORIGIN_MESSAGE_ID",
            "PGROUP",
            "POP_CK",
            "POP_CK_OFFSET",
            "PUSH_REPLY_TIME",
            "REAL_QID",
            "REAL_TOPIC",
            "RECONSUME_TIME",
            "REPLY_TO_CLIENT",
            "RETRY_TOPIC",
            "TAGS",
            "TIMER_DELAY_LEVEL",
            "TIMER_DELAY_MS",
            "TIMER_DELAY_SEC",
            "TIMER_DELIVER_MS",
            "TIMER_DEL_UNIQKEY",
            "TIMER_DEQUEUE_MS",
            "TIMER_ENQUEUE_MS",
            "TIMER_OUT_MS",
            "TIMER_ROLL_TIMES",
            "TRACE_ON",
            "TRANSFER_FLAG",
            "TRAN_MSG",
            "TRAN_PREPARED_QUEUE_OFFSET",
            "TTL",
            "UNIQ_KEY",
            "WAIT",
            "_SYS_MSG_PRIORITY_",
            "__BORNHOST",
            "__CRC32#",
            "__LITE_TOPIC");

    /** The message group in SQL92 filters. RocketMQ takes a user property of the name, and loses it. */
    private static final String MESSAGE_GROUP = "__SHARDINGKEY";

    private SystemNames() {}

    static boolean has(String property) {
        return OF_ROCKETMQ.contains(property) || property.equals(MESSAGE_GROUP);
    }
}
