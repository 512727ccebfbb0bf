package io.pledgemq.sdk.transport;

/**
 * The sender's word about one prepared message.
 *
 * @param transaction handle from {@link PrepareResult.Prepared}
 * @param commit true to deliver, false to discard
 * @param instance of the sender that says so, for the message's history
 */
public record Decision(String messageId, String transaction, boolean commit, String instance) {}
