package io.pledgemq.server.access;

import java.util.List;

/**
 * The headers of a RocketMQ client that say who it is, each with all its values as they came, so that duplicates are
 * seen. Prints none of them.
 *
 * @param authorization values of {@code authorization}
 * @param dateTime values of {@code x-mq-date-time}
 * @param sessionToken values of {@code x-mq-session-token}
 */
public record ClientCredentials(List<String> authorization, List<String> dateTime, List<String> sessionToken) {

    /** Copies the lists. */
    public ClientCredentials {
        authorization = List.copyOf(authorization);
        dateTime = List.copyOf(dateTime);
        sessionToken = List.copyOf(sessionToken);
    }

    @Override
    public String toString() {
        return "ClientCredentials[" + authorization.size() + " authorization, " + dateTime.size() + " date-time, "
                + sessionToken.size() + " session-token]";
    }
}
