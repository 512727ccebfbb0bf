package io.pledgemq.sdk.embedded;

/** What happens to a topic that does not exist when it is sent to or subscribed. */
public enum UnknownTopics {
    /** It is created. Convenient, and a misspelt name gets a topic that nobody reads. */
    CREATE,
    /** An error says so and nothing happens; topics for undoing are still made where their topic exists. */
    REFUSE
}
