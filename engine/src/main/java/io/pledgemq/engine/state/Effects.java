package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Silence;
import org.jspecify.annotations.Nullable;

/**
 * Receives the changes that timers, receivers and alerts must follow. Called while a command is applied, on the
 * writer's thread; an implementation only notes what to do, and does it after the force.
 */
public interface Effects {
    /** Ignores all changes, for a replay. */
    Effects NONE = new Effects() {};

    /** A half message is undecided and has a check due. */
    default void checkScheduled(int slot) {}

    /** A message waits for its delivery time. */
    default void delayed(int slot) {}

    /** A row of {@link Pending} is about to be freed or parked: forget its timers. */
    default void pendingDone(int slot) {}

    /**
     * A half message was parked, for the first time since an operator started its checks again.
     *
     * @param why null if its checks are exhausted, else what its senders said
     */
    default void parked(int slot, @Nullable Silence why) {}

    /** A message became visible. */
    default void published(Topic topic, long offset) {}

    /** A delivery was leased, and its lease has an end. */
    default void leased(int slot) {}

    /** A delivery waits for its next attempt. */
    default void waiting(int slot) {}

    /** A delivery became an open dead letter. */
    default void dead(int slot) {}

    /** A compensation failed once more; it is tried for ever. */
    default void compensationFailed(int slot) {}

    /** A delivery is settled: its row is about to be freed. */
    default void settled(int slot) {}

    /** A subscription was added. */
    default void subscribed(Subscription subscription) {}

    /** A subscription is about to be removed. */
    default void unsubscribed(Subscription subscription) {}

    /** A group was paused or resumed or has a new configuration. */
    default void groupChanged(String group) {}
}
