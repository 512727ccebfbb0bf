package io.pledgemq.server.access;

/**
 * For whom a receipt handle is good.
 *
 * @param group consumer group that received
 * @param topic topic that it received from
 * @param user {@link Principal#name} of the client
 */
public record ReceiptScope(String group, String topic, String user) {}
