package io.pledgemq.sdk.transport;

/**
 * The sender of a message: every instance of the service that uses the database with this identity may answer for it.
 *
 * @param service name of the sending service
 * @param instance name of this process within the service
 * @param databaseId identity of the database that holds the barrier
 */
public record Origin(String service, String instance, String databaseId) {}
