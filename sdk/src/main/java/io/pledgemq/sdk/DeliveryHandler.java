package io.pledgemq.sdk;

import io.pledgemq.sdk.transport.Delivery;

/** Makes of one delivery what its kind demands. */
interface DeliveryHandler {
    /** What it throws is judged by {@link FailureJudge}. */
    Settlement handle(Delivery delivery) throws Exception;

    /** The message id under which the inbox knows this delivery. */
    String inboxId(Delivery delivery);
}
