package io.pledgemq.engine;

import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.writer.Writer;
import java.io.IOException;

/** The engine's own maintenance, for simulations, which have no threads: whoever submits turns the writer. */
public final class SimMaintenance {
    private final Maintenance maintenance;

    public SimMaintenance(Writer writer, Snapshots snapshots, EngineConfig config, long lastSnapshot) {
        maintenance = new Maintenance(writer, snapshots, config, lastSnapshot);
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
