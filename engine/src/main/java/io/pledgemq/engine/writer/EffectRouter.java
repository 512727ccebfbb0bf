package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.Subscription;
import io.pledgemq.engine.state.Topic;
import org.jspecify.annotations.Nullable;

/** Passes changes of the state to the schedulers that keep timers and receivers, and to the alerts. */
final class EffectRouter implements Effects {
    private final DeliveryScheduler deliveries;
    private final CheckScheduler checks;
    private final DelayScheduler delays;
    private final DeadLetterAlerts alerts;

    EffectRouter(DeliveryScheduler deliveries, CheckScheduler checks, DelayScheduler delays, DeadLetterAlerts alerts) {
        this.deliveries = deliveries;
        this.checks = checks;
        this.delays = delays;
        this.alerts = alerts;
    }

    @Override
    public void checkScheduled(int slot) {
        checks.scheduled(slot);
    }

    @Override
    public void delayed(int slot) {
        delays.delayed(slot);
    }

    @Override
    public void pendingDone(int slot) {
        checks.done(slot);
        delays.done(slot);
    }

    @Override
    public void parked(int slot, @Nullable Silence why) {
        alerts.parked(slot, why);
    }

    @Override
    public void published(Topic topic, long offset) {
        deliveries.published(topic);
    }

    @Override
    public void leased(int slot) {
        deliveries.leased(slot);
    }

    @Override
    public void waiting(int slot) {
        deliveries.waiting(slot);
    }

    @Override
    public void dead(int slot) {
        alerts.dead(slot);
        deliveries.dead(slot);
    }

    @Override
    public void compensationFailed(int slot) {
        alerts.compensationFailed(slot);
    }

    @Override
    public void settled(int slot) {
        deliveries.settled(slot);
    }

    @Override
    public void subscribed(Subscription subscription) {
        deliveries.subscribed(subscription);
    }

    @Override
    public void unsubscribed(Subscription subscription) {
        deliveries.unsubscribed(subscription);
    }

    @Override
    public void groupChanged(String group) {
        deliveries.groupChanged(group);
    }
}
