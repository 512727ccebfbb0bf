package io.pledgemq.engine.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input of the state machine, exactly as it is logged.
 *
 * <p>A command contains all that is needed to apply it; a replay looks up nothing outside the state.
 */
public sealed interface Command {
    CommandType type();

    /** Adds a topic. */
    record CreateTopic(TopicConfig config) implements Command {
        @Override
        public CommandType type() {
            return CommandType.CREATE_TOPIC;
        }
    }

    /** Removes a topic that nothing needs any more. */
    record DeleteTopic(String topic) implements Command {
        @Override
        public CommandType type() {
            return CommandType.DELETE_TOPIC;
        }
    }

    /** Adds a group or changes its configuration. */
    record PutGroup(GroupConfig config) implements Command {
        @Override
        public CommandType type() {
            return CommandType.PUT_GROUP;
        }
    }

    /**
     * Removes a group with all its progress and its dead letters.
     *
     * @param evenIfUnsettled true: also with unsettled deliveries or open dead letters, which are dropped
     */
    record DeleteGroup(String group, boolean evenIfUnsettled) implements Command {
        @Override
        public CommandType type() {
            return CommandType.DELETE_GROUP;
        }
    }

    /** Stops or resumes delivery to a group. */
    record PauseGroup(String group, boolean paused) implements Command {
        @Override
        public CommandType type() {
            return CommandType.PAUSE_GROUP;
        }
    }

    /**
     * Connects a group to a topic.
     *
     * @param fromStart all retained messages, or only those committed from now on
     */
    record Subscribe(String group, String topic, boolean fromStart) implements Command {
        @Override
        public CommandType type() {
            return CommandType.SUBSCRIBE;
        }
    }

    /**
     * Removes a subscription with its progress and its dead letters.
     *
     * @param evenIfUnsettled true: also with unsettled deliveries or open dead letters, which are dropped
     */
    record Unsubscribe(String group, String topic, boolean evenIfUnsettled) implements Command {
        @Override
        public CommandType type() {
            return CommandType.UNSUBSCRIBE;
        }
    }

    /**
     * Sets the next fresh message of a subscription; unsettled deliveries are dropped, dead letters stay.
     *
     * @param offset resolved before the command is logged; bounded to what is retained
     */
    record MoveCursor(String group, String topic, long offset) implements Command {
        @Override
        public CommandType type() {
            return CommandType.MOVE_CURSOR;
        }
    }

    /** Stores a message that is committed at once. */
    record Send(Message message) implements Command {
        @Override
        public CommandType type() {
            return CommandType.SEND;
        }
    }

    /**
     * Stores a half message.
     *
     * @param firstCheckInMs how long its sender has before it is asked
     * @param ordered on a FIFO topic: once committed it is published after all ordered messages of its message group
     *     that were prepared before it
     */
    record Prepare(Message message, Sender sender, long firstCheckInMs, boolean ordered) implements Command {
        /** A half message without a promised order. */
        public Prepare(Message message, Sender sender, long firstCheckInMs) {
            this(message, sender, firstCheckInMs, false);
        }

        @Override
        public CommandType type() {
            return CommandType.PREPARE;
        }
    }

    /** Commits or rolls back a half message. */
    record Decide(long transactionId, MessageId id, Decision decision, Party by) implements Command {
        @Override
        public CommandType type() {
            return CommandType.DECIDE;
        }
    }

    /**
     * A sender is being asked about a half message.
     *
     * @param instance who is asked
     * @param counted true for the first instance asked in a round; others are asked only because that one did not
     *     answer
     * @param nextInMs when the next round begins if no decision comes
     */
    record AskCheck(int slot, long transactionId, String instance, boolean counted, long nextInMs) implements Command {
        @Override
        public CommandType type() {
            return CommandType.ASK_CHECK;
        }
    }

    /** A sender answered that it does not know yet. */
    record AnswerUnknown(int slot, long transactionId, String instance, String detail) implements Command {
        @Override
        public CommandType type() {
            return CommandType.ANSWER_UNKNOWN;
        }
    }

    /** Gives up asking about a half message: a person decides. */
    record Park(int slot, long transactionId) implements Command {
        @Override
        public CommandType type() {
            return CommandType.PARK;
        }
    }

    /**
     * A check got no answer but silence; it does not count.
     *
     * @param why the weightiest of the reasons that senders gave
     * @param nextInMs when the next check begins; negative = parked, a person decides
     */
    record SilentCheck(int slot, long transactionId, Silence why, long nextInMs) implements Command {
        @Override
        public CommandType type() {
            return CommandType.SILENT_CHECK;
        }
    }

    /** A sender connected: a half message that no sender could answer for is checked once more. */
    record AskAgain(int slot, long transactionId) implements Command {
        @Override
        public CommandType type() {
            return CommandType.ASK_AGAIN;
        }
    }

    /** An operator starts the checks again. */
    record CheckAgain(long transactionId, MessageId id, Party by) implements Command {
        @Override
        public CommandType type() {
            return CommandType.CHECK_AGAIN;
        }
    }

    /** Withdraws a delayed message that is not delivered yet. */
    record Recall(MessageId id, Party by) implements Command {
        @Override
        public CommandType type() {
            return CommandType.RECALL;
        }
    }

    /** The time of a delayed message has come: publishes it. */
    record Publish(int slot, long position) implements Command {
        @Override
        public CommandType type() {
            return CommandType.PUBLISH;
        }
    }

    /**
     * A resolved receive. Every message between the cursor and its new offset is leased, skipped by the filter or held
     * because an older message of its message group is unsettled; and some waiting deliveries are leased again.
     *
     * @param firstOffset the cursor before the lease
     * @param fates one of {@link #LEASED}, {@link #SKIPPED}, {@link #HELD} for each fresh message
     * @param positions log positions: those of the fresh messages, then those of the ones leased again
     * @param again slots of the waiting deliveries
     */
    @SuppressWarnings("ArrayRecordComponent") // made by the writer, read by the state: never shared
    record Lease(
            int subscription,
            String client,
            LeaseTerms terms,
            long firstOffset,
            byte[] fates,
            long[] positions,
            int[] again)
            implements Command {
        public static final byte LEASED = 0;
        public static final byte SKIPPED = 1;
        public static final byte HELD = 2;

        @Override
        public CommandType type() {
            return CommandType.LEASE;
        }
    }

    /** A consumer's acknowledgement; {@code note} says how a compensation ended, else it is empty. */
    record Ack(Receipt receipt, String client, String note) implements Command {
        @Override
        public CommandType type() {
            return CommandType.ACK;
        }
    }

    /**
     * A failed attempt.
     *
     * @param counted false if the message was not tried because it is being applied elsewhere
     * @param terminal never try again: dead letter now
     * @param delayMs pause before the next attempt; negative = as the group's policy says
     */
    record Fail(Receipt receipt, String client, String reason, boolean counted, boolean terminal, long delayMs)
            implements Command {
        @Override
        public CommandType type() {
            return CommandType.FAIL;
        }
    }

    /** Changes when a lease runs out. */
    record ExtendLease(Receipt receipt, long leaseMs) implements Command {
        @Override
        public CommandType type() {
            return CommandType.EXTEND_LEASE;
        }
    }

    /** A lease ran out: the attempt has failed. */
    record ExpireLease(int slot, long position, int nonce) implements Command {
        @Override
        public CommandType type() {
            return CommandType.EXPIRE_LEASE;
        }
    }

    /**
     * An operator's or a policy's action on an open dead letter.
     *
     * @param edited the message with a new body, for {@link Action#RETRY} only, or null
     */
    record SettleDead(
            int slot,
            long position,
            Action action,
            Party by,
            @Nullable Message edited) implements Command {
        @Override
        public CommandType type() {
            return CommandType.SETTLE_DEAD;
        }

        /** Codes are written to the log. */
        public enum Action {
            RETRY(1),
            SKIP(2),
            COMPENSATE(3),
            /** As {@link #RETRY}, and the receiver applies it even if it may have forgotten that it did so before. */
            RETRY_EVEN_IF_OLD(4),
            /** Ends a compensation that its group will never answer: a person has compensated by other means. */
            CLOSE_COMPENSATION(5);

            private final int code;

            Action(int code) {
                this.code = code;
            }

            public int code() {
                return code;
            }

            public static Action ofCode(int code) {
                for (Action action : values()) {
                    if (action.code == code) {
                        return action;
                    }
                }
                throw new IllegalArgumentException("no action has code " + code);
            }
        }
    }

    /** Forgets published messages of a topic below an offset, but none that a subscription still needs. */
    record Trim(String topic, long beforeOffset) implements Command {
        @Override
        public CommandType type() {
            return CommandType.TRIM;
        }
    }

    /**
     * Stores a message again at the end of the log, so that its old segment can be deleted while the message is still
     * needed.
     *
     * @param position where it was
     * @param pendingSlot its row among the pending messages, or -1
     * @param deliverySlots its rows among the unsettled deliveries
     * @param places where it stands in topics: its own, if it is published and kept there, and topics of dead letters
     * @param failure why its last delivery failed, or empty
     * @param events its history in the deleted segment, one line each
     */
    @SuppressWarnings("ArrayRecordComponent") // made by maintenance, read by the state: never shared
    record CarryForward(
            long position,
            Message message,
            int pendingSlot,
            int[] deliverySlots,
            List<Place> places,
            String failure,
            List<String> events)
            implements Command {
        public CarryForward {
            places = List.copyOf(places);
            events = List.copyOf(events);
        }

        /**
         * The place of a published message in a topic.
         *
         * @param topic id of the topic
         */
        public record Place(int topic, long offset) {}

        @Override
        public CommandType type() {
            return CommandType.CARRY_FORWARD;
        }
    }
}
