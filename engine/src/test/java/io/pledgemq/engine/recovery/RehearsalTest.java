package io.pledgemq.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.LogVerifier;
import io.pledgemq.engine.sim.SimStorage;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private static final LogConfig SMALL = new LogConfig(4096, 2000, 1);

    private final SimStorage storage = new SimStorage(1);
    private final State state = new State();

    private void log(Log log, Command command) {
        log.beginBatch(5, 5, state.digest());
        var payload = log.begin(command.type().code(), CommandCodec.version(command), CommandCodec.maxBytes(command));
        long position = log.position();
        CommandCodec.encode(payload, command);
        log.end();
        state.apply(position, command, Effects.NONE);
        log.flush();
    }

    /** A topic and enough messages for several segments. */
    private Rehearsal rehearse(Predicate<Frame> readable) throws IOException {
        Log log = Log.open(storage, SMALL, 1);
        log(log, new Command.CreateTopic(new TopicConfig("orders", TopicType.NORMAL)));
        for (int i = 0; i < 20; i++) {
            log.createSpare();
            log(log, new Command.Send(Message.of("m-" + i, "orders", new byte[500])));
        }
        Rehearsal rehearsal = new Rehearsal(new Snapshots(storage));
        LogReport report = LogVerifier.verify(storage, frame -> {
            if (readable.test(frame)) {
                rehearsal.visit(frame);
            }
        });
        assertThat(report.intact()).isTrue();
        assertThat(report.segments()).isGreaterThan(2);
        assertThat(rehearsal.failure(report)).isNull();
        return rehearsal;
    }

    @Test
    void wholeLogIsAppliedOverItsSegments() throws IOException {
        rehearse(frame -> true);
    }

    @Test
    void framesBehindAGapAreNotApplied() throws IOException {
        // Without the topic its messages have nowhere to go.
        rehearse(frame -> frame.type() != CommandType.CREATE_TOPIC.code());
    }
}
