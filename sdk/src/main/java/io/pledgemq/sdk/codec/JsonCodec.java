package io.pledgemq.sdk.codec;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * JSON by Jackson. A value arrives as it was sent, or is refused with the reason; docs/payloads.md has a table of
 * types. Fields that the receiver does not know are ignored, and fields that the sender does not know have their type's
 * default (null, 0, false), so that either may be upgraded first.
 *
 * <p>With a mapper of your own its rules apply instead. Otherwise Jackson's modules on the class path are used, too.
 */
public final class JsonCodec implements PayloadCodec {
    private final ObjectMapper mapper;

    public JsonCodec() {
        this(exact());
    }

    public JsonCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    private static ObjectMapper exact() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .addModule(new JavaTimeModule().disable(JavaTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID))
                .addModule(new Jdk8Module())
                .addModule(new ExactValues())
                .findAndAddModules()
                .defaultLeniency(false);
        readExactly(builder);
        return builder.disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
                .build();
    }

    private static void readExactly(JsonMapper.Builder builder) {
        builder.disable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
                        DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .enable(
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .withCoercionConfig(LogicalType.Textual, text -> {
                    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                    text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                    text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                });
    }

    @Override
    public byte[] encode(Object payload) throws IOException {
        return mapper.writeValueAsBytes(payload);
    }

    @Override
    public <T> T decode(byte[] body, Class<T> type) throws IOException {
        return decode(body, PayloadType.of(type));
    }

    @Override
    public <T> T decode(byte[] body, PayloadType<T> type) throws IOException {
        T value = mapper.readValue(body, mapper.constructType(type.type()));
        if (value == null) {
            throw new IOException("expected a " + type + ", actual JSON null");
        }
        return value;
    }
}
