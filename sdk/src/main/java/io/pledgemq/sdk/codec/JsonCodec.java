package io.pledgemq.sdk.codec;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * JSON by Jackson. Unknown properties are ignored, so that a sender may add fields before its consumers know them.
 * Without a mapper of your own, modules on the class path (java.time, parameter names) are found by themselves.
 */
public final class JsonCodec implements PayloadCodec {
    private final ObjectMapper mapper;

    public JsonCodec() {
        this(JsonMapper.builder()
                .findAndAddModules()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build());
    }

    public JsonCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public byte[] encode(Object payload) throws IOException {
        return mapper.writeValueAsBytes(payload);
    }

    @Override
    public <T> T decode(byte[] body, Class<T> type) throws IOException {
        T value = mapper.readValue(body, type);
        if (value == null) {
            throw new IOException("expected a " + type.getName() + ", actual JSON null");
        }
        return value;
    }
}
