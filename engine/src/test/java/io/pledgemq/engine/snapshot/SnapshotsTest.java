package io.pledgemq.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.sim.SimStorage;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.State;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private final SimStorage storage = new SimStorage(1);
    private final Snapshots snapshots = new Snapshots(storage);

    private static State state(int messages) {
        State state = new State();
        state.apply(64, new Command.CreateTopic(new TopicConfig("t", TopicType.NORMAL)), Effects.NONE);
        for (int i = 0; i < messages; i++) {
            state.apply(128 + 8L * i, new Command.Send(Message.of("m-" + i, "t", new byte[0])), Effects.NONE);
        }
        return state;
    }

    @Test
    void aStateIsReadAsItWasWritten() throws IOException {
        State state = state(5000);
        snapshots.write(state.freeze(), 4711);
        Snapshots.Loaded loaded = snapshots.read(4711);
        assertThat(loaded.position()).isEqualTo(4711);
        assertThat(loaded.state().digest()).isEqualTo(state.digest());
        assertThat(loaded.state().topic(0).endOffset()).isEqualTo(5000);
        assertThat(loaded.state().topic(0).position(4999)).isEqualTo(128 + 8L * 4999);
        assertThat(loaded.state().needed(0)).isEqualTo(5000);
    }

    @Test
    void aFrozenStateDoesNotSeeLaterChanges() throws IOException {
        State state = state(10);
        var frozen = state.freeze();
        for (int i = 10; i < 3000; i++) {
            state.apply(128 + 8L * i, new Command.Send(Message.of("m-" + i, "t", new byte[0])), Effects.NONE);
        }
        state.apply(99_992, new Command.Trim("t", 5), Effects.NONE);
        snapshots.write(frozen, 1);
        State loaded = snapshots.read(1).state();
        assertThat(loaded.topic(0).firstOffset()).isZero();
        assertThat(loaded.topic(0).endOffset()).isEqualTo(10);
    }

    @Test
    void theTwoNewestAreKept() throws IOException {
        for (long position = 1; position <= 4; position++) {
            snapshots.write(state(1).freeze(), position);
        }
        assertThat(snapshots.positions()).containsExactly(4L, 3L);
    }

    @Test
    void everyFlippedByteIsNoticed() throws IOException {
        snapshots.write(state(3).freeze(), 7);
        int size = (int) storage.sizeBytes("snapshot-0000000000000007.dat");
        for (int offset = 0; offset < size; offset++) {
            storage.flip("snapshot-0000000000000007.dat", offset, 3);
            assertThatThrownBy(() -> snapshots.read(7))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
            storage.flip("snapshot-0000000000000007.dat", offset, 3);
        }
        assertThat(snapshots.read(7).position()).isEqualTo(7);
    }

    @Test
    void aSnapshotCanBeWrittenOnAFullDisk() throws IOException {
        snapshots.write(state(100).freeze(), 1);
        storage.limitCapacity(storage.usedBytes());
        snapshots.write(state(110).freeze(), 2);
        assertThat(snapshots.read(2).state().topic(0).endOffset()).isEqualTo(110);
    }

    @Test
    void withoutSpaceNothingIsLeftBehindAndOldSnapshotsStay() throws IOException {
        snapshots.write(state(10).freeze(), 1);
        storage.limitCapacity(storage.usedBytes());
        assertThatThrownBy(() -> snapshots.write(state(100_000).freeze(), 2)).isInstanceOf(StorageFullException.class);
        snapshots.tidy();
        assertThat(snapshots.positions()).containsExactly(1L);
        assertThat(snapshots.read(1).state().topic(0).endOffset()).isEqualTo(10);
    }
}
