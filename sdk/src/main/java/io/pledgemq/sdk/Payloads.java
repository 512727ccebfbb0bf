package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.transport.Delivery;
import java.io.IOException;

/** Decodes the bodies of one subscription. */
record Payloads<T>(PayloadCodec codec, Class<T> type) {
    T decode(Delivery delivery) throws IOException {
        if (type == byte[].class) {
            return type.cast(delivery.body().bytes().clone());
        }
        return codec.decode(delivery.body().bytes(), type);
    }

    /** Why the body could not be read; the next attempt would end the same way. */
    String refusal(IOException e) {
        return "the body is not a " + type.getName() + ": " + e.getMessage()
                + "; edit it and redrive, or correct the type of the subscription";
    }
}
