package io.pledgemq.sdk.transport;

/**
 * A half message whose decision never came.
 *
 * @param databaseId identity of the only database whose answer counts
 */
public record UndecidedMessage(String messageId, String databaseId, String topic, String key) {}
