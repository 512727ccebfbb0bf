package io.pledgemq.sdk.transport;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Answers what became of local transactions. Called from the transport's threads; may block for seconds. */
public interface Checker {
    /** Returns one answer for each message, in the same order; never throws when the database is away. */
    List<CheckAnswer> check(List<UndecidedMessage> messages);

    /** Names the row by which the answering database is known; changes if the database goes back in time. */
    String incarnation();

    /**
     * Whether the answering database has seen all of these incarnations. Asked when it registers, about the others that
     * are registered under the same identity: a copy of their database has not, and must neither answer nor consume.
     */
    boolean sees(Collection<String> incarnations);

    /**
     * As {@link #check(List)}, but gives each answer as soon as it is known, in any order, so that one message that
     * takes long does not hold up the others. This one gives them all at the end.
     */
    default void check(List<UndecidedMessage> messages, Consumer<CheckAnswer> answers) {
        check(messages).forEach(answers);
    }

    /** The engine has accepted COMMIT for these messages, by an answer of ours. */
    void settled(Collection<String> messageIds);
}
