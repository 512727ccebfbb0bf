package io.pledgemq.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.writer.Writer;
import org.junit.jupiter.api.Test;

/** No request of a client stops the engine. */
class WriterLimitsTest {
    private final Log log = Log.open(new SimStorage(1), new LogConfig(8192, 4000, 1), 1);
    private final Writer writer = new Writer(
            new State(),
            log,
            Limits.DEFAULT,
            CheckPolicy.DEFAULT,
            new SimClock(1, 1),
            new Writer.Outside(Runnable::run, Runnable::run, alert -> {}, ForceListener.NONE));

    private Outcome run(Command command) {
        var answer = writer.submit(command);
        writer.runOnce();
        return answer.join();
    }

    @Test
    void aCommandTooLargeForTheLogIsRefusedAndTheEngineGoesOn() {
        run(new Command.CreateTopic(new TopicConfig("trx", TopicType.TRANSACTION)));
        Message large = Message.of("m-1", "trx", new byte[5000]);
        Message small = Message.of("m-2", "trx", new byte[10]);
        assertThat(run(new Command.Prepare(large, new Sender("s", "i"), 1)))
                .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.why())
                        .isEqualTo(Refusal.ILLEGAL_ARGUMENT));
        assertThat(run(new Command.Prepare(small, new Sender("s".repeat(5000), "i"), 1)))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(run(new Command.Prepare(small, new Sender("s", "i"), 1))).isInstanceOf(Outcome.Stored.class);
    }
}
