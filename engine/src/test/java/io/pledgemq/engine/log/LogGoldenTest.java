package io.pledgemq.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.sim.SimStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The format does not change by accident: a segment that is checked in is read, and written again byte for byte. */
class LogGoldenTest {
    private static final String GOLDEN = "/golden-segment-v1.log";
    private static final LogConfig CONFIG = new LogConfig(4096, 1000, 1);

    @Test
    void theSameCallsWriteTheSameBytes() {
        assertThat(writeSample().bytesOf(SegmentFile.name(1))).isEqualTo(golden());
    }

    @Test
    void theGoldenSegmentIsReadBack() throws IOException {
        SimStorage storage = new SimStorage(1);
        try (io.pledgemq.engine.io.StorageFile file = storage.create(SegmentFile.name(1))) {
            file.write(0, java.nio.ByteBuffer.wrap(golden()));
        }
        Log log = Log.open(storage, CONFIG, 9_000);
        List<String> texts = new ArrayList<>();
        log.scan(0, frame -> texts.add(frame.type() + "/" + frame.version() + "/" + frame.epoch() + "/" + text(frame)));
        assertThat(texts)
                .containsExactly(
                        "1/1/1/Batch[engineMs=0, wallMs=1700000000000, watermark=4294967360, stateHash=0, kind=2]",
                        "1/1/1/Batch[engineMs=1, wallMs=1700000000001, watermark=4294967424, stateHash=77, kind=0]",
                        "16/1/1/hello",
                        "17/2/1/",
                        "2/1/1/seal",
                        "1/1/2/Batch[engineMs=1, wallMs=9000, watermark=4294967576, stateHash=0, kind=2]");
    }

    private static String text(Frame frame) {
        if (frame.isBatch()) {
            return Batch.of(frame).toString();
        }
        return frame.isEntry() ? StandardCharsets.UTF_8.decode(frame.payload()).toString() : "seal";
    }

    static SimStorage writeSample() {
        SimStorage storage = new SimStorage(1);
        try (Log log = Log.open(storage, CONFIG, 1_700_000_000_000L)) {
            log.beginBatch(1, 1_700_000_000_001L, 77);
            log.begin((byte) 16, 100).put("hello".getBytes(StandardCharsets.UTF_8));
            log.end();
            log.begin((byte) 17, (byte) 2, 0);
            log.end();
        }
        return storage;
    }

    private static byte[] golden() {
        try (InputStream in = LogGoldenTest.class.getResourceAsStream(GOLDEN)) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
