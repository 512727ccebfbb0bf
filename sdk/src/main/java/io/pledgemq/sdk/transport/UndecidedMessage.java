package io.pledgemq.sdk.transport;

/**
 * A half message that is still undecided.
 *
 * @param databaseId identity of the only database whose answer counts
 * @param stamp what that database must have seen before it may roll back ({@link PledgeProperties#STAMP}); empty if the
 *     message carries none
 */
public record UndecidedMessage(String messageId, String databaseId, String topic, String key, String stamp) {}
