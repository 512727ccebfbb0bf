package io.pledgemq.sdk.transport;

/**
 * The sender's word about one prepared message.
 *
 * @param transaction handle from {@link PrepareResult.Prepared}
 * @param commit true to deliver, false to discard
 */
public record Decision(String messageId, String transaction, boolean commit) {}
