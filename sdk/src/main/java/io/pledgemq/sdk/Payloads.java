package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.codec.PayloadType;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.foreign.ForeignCode;
import io.pledgemq.sdk.transport.Delivery;
import java.io.IOException;

/** Encodes payloads and decodes the bodies of one subscription. A codec is foreign code and may throw anything. */
record Payloads<T>(PayloadCodec codec, PayloadType<T> type) {
    /** Refuses null by name. */
    static <T> PayloadType<T> type(Class<T> type) {
        if (type == null) {
            throw new IllegalUseException("expected the type of the payload, actual null; byte[].class takes any");
        }
        return PayloadType.of(type);
    }

    static byte[] encode(PayloadCodec codec, Message message) {
        if (message.payload() instanceof byte[] bytes) {
            return bytes.clone();
        }
        ForeignCode.Ended<byte[]> ended = ForeignCode.call(() -> codec.encode(message.payload()));
        byte[] body = ended.value();
        if (body != null) {
            return body;
        }
        Throwable failure = ended.thrown() == null ? new IOException("it returned null") : ended.thrown();
        throw new MessageRefusedException(
                Reason.NOT_ENCODABLE,
                "the codec cannot write a " + message.payload().getClass().getName() + " for topic " + message.topic()
                        + ": " + FailureText.of(failure),
                failure);
    }

    /** Throws what the codec throws; an {@code IOException} says that the bytes are no T. */
    @SuppressWarnings("unchecked")
    T decode(Delivery delivery) throws IOException {
        if (type.type() == byte[].class) {
            return (T) delivery.body().bytes().clone();
        }
        T payload = codec.decode(delivery.body().bytes(), type);
        if (payload == null) {
            throw new IOException("the codec returned null");
        }
        return payload;
    }

    /** Why the body could not be read; the next attempt would end the same way. */
    String refusal(IOException e) {
        return "the body is not a " + type + ": " + FailureText.message(e)
                + "; edit it and redrive, or correct the type of the subscription";
    }
}
