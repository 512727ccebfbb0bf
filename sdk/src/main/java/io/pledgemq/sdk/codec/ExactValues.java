package io.pledgemq.sdk.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.util.AccessPattern;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/** Refuses what Jackson would change in silence. */
final class ExactValues extends SimpleModule {
    private static final long serialVersionUID = 1;

    ExactValues() {
        super("pledgemq-exact-values");
        addSerializer(Double.class, new FloatingPoint<>(Double.class, null));
        addSerializer(Float.class, new FloatingPoint<>(Float.class, null));
        addSerializer(Calendar.class, new Refused<>(Calendar.class, "its zone would be lost: send a ZonedDateTime"));
        addSerializer(
                java.sql.Timestamp.class,
                new Refused<>(java.sql.Timestamp.class, "its nanoseconds would be lost: send an Instant"));
        addSerializer(
                java.sql.Date.class,
                new Refused<>(java.sql.Date.class, "its day depends on the receiver's zone: send a LocalDate"));
        addSerializer(
                java.sql.Time.class,
                new Refused<>(java.sql.Time.class, "its time depends on the receiver's zone: send a LocalTime"));
        addDeserializer(Byte.class, new NarrowByte(Byte.class));
        addDeserializer(byte.class, new NarrowByte(byte.class));
        addDeserializer(Float.class, new NarrowFloat(Float.class));
        addDeserializer(float.class, new NarrowFloat(float.class));
        setDeserializerModifier(new BeanDeserializerModifier() {
            private static final long serialVersionUID = 1;

            @Override
            public JsonDeserializer<?> modifyDeserializer(
                    DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
                return description.getBeanClass().isPrimitive() ? new Primitive(deserializer) : deserializer;
            }
        });
    }

    /** A field that is not there has its default, since the sender may be older; one that says null is refused. */
    private static final class Primitive extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;

        Primitive(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new Primitive(delegate);
        }

        @Override
        public Object getNullValue(DeserializationContext context) throws JsonMappingException {
            return context.reportInputMismatch(
                    this, "expected a value for the primitive type %s, actual null", handledType());
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Array.get(Array.newInstance(handledType(), 1), 0);
        }

        @Override
        public AccessPattern getNullAccessPattern() {
            return AccessPattern.DYNAMIC;
        }
    }

    /** Has no JSON that would arrive as the same value. */
    private static final class Refused<T> extends StdSerializer<T> {
        private static final long serialVersionUID = 1;
        private final String why;

        Refused(Class<T> type, String why) {
            super(type);
            this.why = why;
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
            throw JsonMappingException.from(json, "a " + handledType().getName() + " cannot be sent, since " + why);
        }

        @Override
        public void serializeWithType(
                T value, JsonGenerator json, SerializerProvider provider, TypeSerializer typeSerializer)
                throws IOException {
            serialize(value, json, provider);
        }
    }

    /** NaN and the infinities are texts in JSON: only a receiver that expects a number reads them as such. */
    private static final class FloatingPoint<T extends Number> extends StdSerializer<T>
            implements ContextualSerializer {
        private static final long serialVersionUID = 1;

        @Nullable
        private final transient BeanProperty property;

        FloatingPoint(Class<T> type, @Nullable BeanProperty property) {
            super(type);
            this.property = property;
        }

        @Override
        public JsonSerializer<?> createContextual(SerializerProvider provider, @Nullable BeanProperty where) {
            return new FloatingPoint<>(handledType(), where);
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (!Double.isFinite(value.doubleValue()) && !isExpected(json)) {
                throw JsonMappingException.from(
                        json,
                        value + " cannot be sent where no " + handledType().getSimpleName()
                                + " is declared: it would arrive as a text");
            } else if (value instanceof Float) {
                json.writeNumber(value.floatValue());
            } else {
                json.writeNumber(value.doubleValue());
            }
        }

        private boolean isExpected(JsonGenerator json) {
            if (property == null) {
                return json.getOutputContext().inRoot();
            }
            JavaType type = property.getType();
            while (type.getContentType() != null) {
                type = type.getContentType();
            }
            Class<?> declared = type.getRawClass();
            return declared == handledType() || declared == double.class || declared == float.class;
        }
    }

    /** Jackson reads 128 to 255 as negative numbers. */
    private static final class NarrowByte extends StdScalarDeserializer<Byte> {
        private static final long serialVersionUID = 1;

        NarrowByte(Class<?> type) {
            super(type);
        }

        @Override
        public Byte deserialize(JsonParser json, DeserializationContext context) throws IOException {
            int value = _parseIntPrimitive(json, context);
            if (value != (byte) value) {
                return (Byte) context.handleWeirdNumberValue(handledType(), value, "expected -128 to 127");
            }
            return (byte) value;
        }
    }

    /** Jackson reads what is too large as infinite. */
    private static final class NarrowFloat extends StdScalarDeserializer<Float> {
        private static final long serialVersionUID = 1;

        NarrowFloat(Class<?> type) {
            super(type);
        }

        @Override
        public Float deserialize(JsonParser json, DeserializationContext context) throws IOException {
            double value = _parseDoublePrimitive(json, context);
            if (Double.isFinite(value) && !Float.isFinite((float) value)) {
                return (Float)
                        context.handleWeirdNumberValue(handledType(), value, "expected a number that a float holds");
            }
            return _parseFloatPrimitive(json, context);
        }
    }
}
