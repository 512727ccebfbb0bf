package io.pledgemq.engine;

import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.index.Pace;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.writer.Writer;
import java.io.IOException;

/** The engine's maintenance for simulations, which have no threads: each submission runs the writer. */
public final class SimMaintenance {
    private final Maintenance maintenance;
    private final Indexing indexing;

    public SimMaintenance(Writer writer, Snapshots snapshots, EngineConfig config, long lastSnapshot, LogIndex index) {
        maintenance = new Maintenance(writer, snapshots, config, lastSnapshot, index);
        indexing = new Indexing(index, () -> !writer.diskFull(), config.clock());
    }

    public void index() {
        indexing.run(Pace.FULL);
    }

    public void spares() {
        maintenance.spares();
    }

    public void snapshot() throws IOException {
        maintenance.snapshot();
    }

    public void trim() {
        maintenance.trim();
    }

    public boolean deleteSegments() throws IOException {
        return maintenance.deleteSegments();
    }

    public void carryForward() throws IOException {
        maintenance.carryForward();
    }
}
