package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Answers for this database only, each message as soon as it is known. */
final class OwnChecker implements Checker {
    private final Participant participant;
    private final ConfirmedRows confirmed;

    OwnChecker(Participant participant, ConfirmedRows confirmed) {
        this.participant = participant;
        this.confirmed = confirmed;
    }

    @Override
    public List<CheckAnswer> check(List<UndecidedMessage> messages) {
        Map<String, CheckAnswer> found = new ConcurrentHashMap<>();
        check(messages, answer -> found.put(answer.messageId(), answer));
        return messages.stream()
                .map(message -> found.getOrDefault(message.messageId(), silent(message)))
                .toList();
    }

    @Override
    public void check(List<UndecidedMessage> messages, Consumer<CheckAnswer> answers) {
        String own = participant.tables().database().id();
        Map<String, Stamp> ours = new TreeMap<>();
        for (UndecidedMessage message : messages) {
            if (message.databaseId().equals(own)) {
                ours.put(message.messageId(), Stamp.of(message.stamp()));
            } else {
                answers.accept(silent(message));
            }
        }
        participant.tables().check().check(ours, answers);
    }

    private static CheckAnswer silent(UndecidedMessage message) {
        return new CheckAnswer(message.messageId(), Verdict.SILENT, "not this database");
    }

    @Override
    public String incarnation() {
        return participant.tables().incarnation().id();
    }

    @Override
    public boolean sees(Collection<String> incarnations) {
        try {
            return participant.tables().incarnation().sees(incarnations);
        } catch (SQLException e) {
            throw new DatabaseException(
                    "it cannot be found out whether this is the database of the other instances", e);
        }
    }

    @Override
    public void settled(Collection<String> messageIds) {
        confirmed.add(messageIds);
    }
}
