package io.pledgemq.engine.index;

import io.pledgemq.engine.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes sorted records page by page, leaving space for the header in front. */
final class IndexPages {
    private static final int PAUSE_EVERY_PAGES = 256;

    private final StorageFile file;
    private final int segment;
    private final Pace pace;
    private final ByteBuffer page = IndexHeader.page();
    private final IndexSum sum = new IndexSum();
    private long[] fences = new long[64];
    private int number;
    private int count;

    IndexPages(StorageFile file, int segment, Pace pace) {
        this.file = file;
        this.segment = segment;
        this.pace = pace;
    }

    void put(long record) throws IOException {
        if (count == 0) {
            if (number == fences.length) {
                fences = Arrays.copyOf(fences, number * 2);
            }
            fences[number] = record;
        }
        page.putLong(record);
        sum.add(record);
        count++;
        if (count == IndexHeader.RECORDS_PER_PAGE) {
            finish();
        }
    }

    /** Writes the last page, if it has records. */
    void finish() throws IOException {
        if (count == 0) {
            return;
        }
        while (page.position() < IndexHeader.COUNT_AT) {
            page.putLong(0);
        }
        page.putInt(count).putInt(number).putInt(segment);
        file.write((1L + number) * IndexHeader.PAGE_BYTES, IndexHeader.sealed(page));
        page.clear();
        count = 0;
        number++;
        if (number % PAUSE_EVERY_PAGES == 0) {
            pace.pause();
        }
    }

    IndexSum sum() {
        return sum;
    }

    /** The first record of each page. */
    long[] fences() {
        return Arrays.copyOf(fences, number);
    }
}
