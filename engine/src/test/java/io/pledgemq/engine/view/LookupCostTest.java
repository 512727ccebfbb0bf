package io.pledgemq.engine.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.index.CommandLog;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.Position;
import org.junit.jupiter.api.Test;

/** The bytes that a lookup reads grow with the events of the message and the number of segments, not with the log. */
class LookupCostTest {
    private static final int SEGMENT_BYTES = 512 << 10;
    private static final int SEGMENTS = 50;
    private static final int PAGE_BYTES = 4096;
    private static final MessageId ID = MessageId.of("order-1");
    private static final Party SENDER = Party.sender("orders-1");

    @Test
    void oneMessageOfFiftySegmentsIsReadWithoutAScan() {
        try (CommandLog commands = new CommandLog(SEGMENT_BYTES)) {
            Message message = Message.of("order-1", "orders", new byte[100]);
            long position = commands.append(new Command.Prepare(message, new Sender("orders", "orders-1"), 1000));
            commands.fillTo(20);
            commands.append(new Command.AskCheck(1, position, "orders-1", true, 1000));
            commands.fillTo(40);
            commands.append(new Command.Decide(position, ID, Decision.ROLLBACK, SENDER));
            commands.fillTo(SEGMENTS + 1);
            try (LogIndex index = commands.indexed()) {
                // Opens every index once: what stays in memory from then on is a few bytes a page.
                History.read(index, MessageId.of("nobody"), 0);

                long historyBytes = bytesReadBy(commands, () -> assertThat(History.read(index, ID, 0))
                        .extracting(HistoryEvent::type)
                        .containsExactly(CommandType.PREPARE, CommandType.ASK_CHECK, CommandType.DECIDE));
                long decisionBytes =
                        bytesReadBy(commands, () -> assertThat(DecisionLookup.find(commands.log, index, position, ID))
                                .isEqualTo(Decision.ROLLBACK));

                // Three keys at most in each segment, some pages for each event, and twice what the active one holds.
                long active = 2L * Position.offset(commands.log.durablePosition()) + SEGMENT_BYTES;
                assertThat(historyBytes).isLessThan(SEGMENTS * 3L * PAGE_BYTES + 3L * 8 * PAGE_BYTES + active);
                assertThat(historyBytes).isLessThan((long) SEGMENTS * SEGMENT_BYTES / 10);
                assertThat(decisionBytes).isLessThan(41L * PAGE_BYTES + 8 * PAGE_BYTES);
            }
            long scanned = bytesReadBy(commands, () -> History.read(commands.none(), ID, 0));
            assertThat(scanned).as("without an index").isGreaterThan((long) SEGMENTS * SEGMENT_BYTES);
        }
    }

    private static long bytesReadBy(CommandLog commands, Runnable work) {
        long before = commands.storage.bytesRead("");
        work.run();
        long read = commands.storage.bytesRead("") - before;
        System.out.println("bytes read: " + read);
        return read;
    }
}
