package io.pledgemq.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.sim.SimStorage;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final LogConfig SMALL = new LogConfig(4096, 2000, 1);

    private final SimStorage storage = new SimStorage(1);
    private final State state = new State();

    private void batch(Log log, long digest, String topic) {
        log.beginBatch(5, 5, digest);
        Command command = new Command.CreateTopic(new TopicConfig(topic, TopicType.NORMAL));
        var payload = log.begin(command.type().code(), CommandCodec.version(command), CommandCodec.maxBytes(command));
        long position = log.position();
        CommandCodec.encode(payload, command);
        log.end();
        state.apply(position, command, Effects.NONE);
        log.flush();
    }

    @Test
    void aReplayWithAnotherDigestStops() {
        Log log = Log.open(storage, SMALL, 1);
        batch(log, state.digest(), "a");
        batch(log, state.digest() + 1, "b");
        assertThatThrownBy(() -> Recovery.run(log, new Snapshots(storage)))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("digest");
    }

    @Test
    void aFrameOfANewerProgramStopsTheStartByName() {
        Log log = Log.open(storage, SMALL, 1);
        log.beginBatch(5, 5, state.digest());
        var payload = log.begin((byte) 120, 8);
        payload.putLong(7);
        log.end();
        log.flush();
        assertThatThrownBy(() -> Recovery.run(log, new Snapshots(storage)))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("holds nothing that this program knows")
                .hasMessageContaining("start the version of PledgeMQ that wrote it");
    }

    @Test
    void snapshotAndReplayGiveTheStateOfTheWriter() throws IOException {
        Log log = Log.open(storage, SMALL, 1);
        batch(log, state.digest(), "a");
        new Snapshots(storage).write(state.freeze(), log.durablePosition());
        batch(log, state.digest(), "b");
        Recovery.Recovered recovered = Recovery.run(log, new Snapshots(storage));
        assertThat(recovered.commands()).isEqualTo(1);
        assertThat(recovered.state().topics()).containsOnlyKeys("a", "b");
        assertThat(recovered.state().digest()).isEqualTo(state.digest());
    }

    @Test
    void aSnapshotBeyondTheLogStopsTheStart() throws IOException {
        Log log = Log.open(storage, SMALL, 1);
        batch(log, state.digest(), "a");
        new Snapshots(storage).write(state.freeze(), log.durablePosition() + 8);
        assertThatThrownBy(() -> Recovery.run(log, new Snapshots(storage)))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("before the snapshot");
    }

    @Test
    void aLogWhoseBeginningWasDeletedNeedsASnapshot() {
        Log log = Log.open(storage, SMALL, 1);
        for (int i = 0; log.activeSegment() < 3; i++) {
            batch(log, state.digest(), "topic-" + i);
        }
        log.deleteSegment(1);
        assertThatThrownBy(() -> Recovery.run(log, new Snapshots(storage)))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("begins with segment 2");
    }

    @Test
    void aSnapshotBeforeTheBeginningOfTheLogIsSkipped() throws IOException {
        Log log = Log.open(storage, SMALL, 1);
        new Snapshots(storage).write(state.freeze(), log.durablePosition());
        for (int i = 0; log.activeSegment() < 3; i++) {
            batch(log, state.digest(), "topic-" + i);
        }
        log.deleteSegment(1);
        assertThatThrownBy(() -> Recovery.run(log, new Snapshots(storage)))
                .isInstanceOf(RecoveryException.class)
                .hasMessageContaining("begins with segment 2");
    }
}
