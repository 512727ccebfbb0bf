package io.pledgemq.sdk.embedded;

/** What becomes of a topic that does not exist when somebody sends to it or subscribes to it. */
public enum UnknownTopics {
    /** It is created. Convenient, and a misspelt name gets a topic that nobody reads. */
    CREATE,
    /** An error says so and nothing happens; topics for undoing are still made where their topic exists. */
    REFUSE
}
