package io.pledgemq.sdk.transport;

import java.util.Collection;
import java.util.List;

/** Answers what became of local transactions. Called from the transport's threads; may block for seconds. */
public interface Checker {
    /** Returns one answer for each message, in the same order; never throws for want of a database. */
    List<CheckAnswer> check(List<UndecidedMessage> messages);

    /** The engine has accepted COMMIT for these messages, by an answer of ours. */
    void settled(Collection<String> messageIds);
}
