package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.transport.Delivery;

/** Handles one delivery by its kind. */
interface DeliveryHandler {
    /** What it throws is judged by {@link FailureJudge}. */
    Settlement handle(Delivery delivery) throws Exception;

    /** Where the inbox row of this delivery is. */
    Inbox.Place place(Delivery delivery);
}
