package io.pledgemq.engine.sim;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.view.HistoryEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a whole log and finds the messages of every command, without any index. */
final class NaiveHistory {
    private final TreeMap<Long, Command> commands = new TreeMap<>();

    NaiveHistory(Log log) {
        log.scan(0, frame -> {
            if (frame.isEntry()) {
                commands.put(
                        frame.position(), CommandCodec.decode(frame.type(), frame.version(), frame.payload(), true));
            }
        });
    }

    /** Checks that these are all events of the message; events carried with it may be gone from the log. */
    void compare(MessageId id, List<HistoryEvent> events) {
        Set<Long> positions = new HashSet<>();
        Set<Long> carried = new TreeSet<>();
        for (Map.Entry<Long, Command> entry : commands.entrySet()) {
            Message message = messageOf(entry.getValue());
            if (message != null && message.id().sameAs(id)) {
                positions.add(entry.getKey());
                if (entry.getValue() instanceof Command.CarryForward carry) {
                    positions.add(carry.position());
                    carry.events().forEach(line -> carried.add(Long.parseLong(line.substring(0, line.indexOf('\t')))));
                }
            }
        }
        Set<Long> expected = new TreeSet<>(carried);
        for (Map.Entry<Long, Command> entry : commands.entrySet()) {
            Command command = entry.getValue();
            Message message = messageOf(command);
            boolean stores = message != null
                    && message.id().sameAs(id)
                    && !(command instanceof Command.CarryForward)
                    && !(command instanceof Command.SettleDead);
            boolean recalls =
                    command instanceof Command.Recall recall && recall.id().sameAs(id);
            if (stores || recalls || mentions(command, positions)) {
                expected.add(entry.getKey());
            }
        }
        Set<Long> found = new TreeSet<>();
        events.forEach(event -> found.add(event.position()));
        Violation.check(found.equals(expected), "events of %s: expected %s, found %s", id, expected, found);
    }

    private static @Nullable Message messageOf(Command command) {
        if (command instanceof Command.Send send) {
            return send.message();
        }
        if (command instanceof Command.Prepare prepare) {
            return prepare.message();
        }
        if (command instanceof Command.CarryForward carried) {
            return carried.message();
        }
        return command instanceof Command.SettleDead settle ? settle.edited() : null;
    }

    private static boolean mentions(Command command, Set<Long> positions) {
        return switch (command.type()) {
            case DECIDE -> positions.contains(((Command.Decide) command).transactionId());
            case ASK_CHECK -> positions.contains(((Command.AskCheck) command).transactionId());
            case ANSWER_UNKNOWN -> positions.contains(((Command.AnswerUnknown) command).transactionId());
            case SILENT_CHECK -> positions.contains(((Command.SilentCheck) command).transactionId());
            case ASK_AGAIN -> positions.contains(((Command.AskAgain) command).transactionId());
            case PARK -> positions.contains(((Command.Park) command).transactionId());
            case CHECK_AGAIN -> positions.contains(((Command.CheckAgain) command).transactionId());
            case PUBLISH -> positions.contains(((Command.Publish) command).position());
            case LEASE -> {
                boolean any = false;
                for (long position : ((Command.Lease) command).positions()) {
                    any |= positions.contains(position);
                }
                yield any;
            }
            case ACK -> positions.contains(((Command.Ack) command).receipt().position());
            case FAIL -> positions.contains(((Command.Fail) command).receipt().position());
            case EXTEND_LEASE ->
                positions.contains(((Command.ExtendLease) command).receipt().position());
            case EXPIRE_LEASE -> positions.contains(((Command.ExpireLease) command).position());
            case SETTLE_DEAD -> positions.contains(((Command.SettleDead) command).position());
            default -> false;
        };
    }
}
