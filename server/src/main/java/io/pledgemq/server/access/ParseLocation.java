package io.pledgemq.server.access;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says where parsing failed, by line only, since the text may contain secrets. */
final class ParseLocation {

    private ParseLocation() {}

    static String of(IOException e) {
        @Nullable JsonLocation place = e instanceof JsonProcessingException failure ? failure.getLocation() : null;
        return place == null ? "some line" : "line " + place.getLineNr();
    }
}
