package io.pledgemq.server.access;

/**
 * The caller, group and topic that a receipt handle is valid for.
 *
 * @param group consumer group that received
 * @param topic topic that it received from
 * @param user {@link Principal#name} of the client
 */
public record ReceiptScope(String group, String topic, String user) {}
