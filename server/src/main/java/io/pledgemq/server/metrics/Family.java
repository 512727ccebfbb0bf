package io.pledgemq.server.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * One metric with its values by labels, for one scrape. Values with the same labels are added up, so rows over the
 * limit become one.
 */
final class Family {
    private final boolean counter;
    private final String name;
    private final String help;
    private final List<String> labels;
    private final DoubleBinaryOperator together;
    private final Map<List<String>, Double> values = new LinkedHashMap<>();

    private Family(boolean counter, String name, String help, List<String> labels, DoubleBinaryOperator together) {
        this.counter = counter;
        this.name = name;
        this.help = help;
        this.labels = labels;
        this.together = together;
    }

    /** @param name without the ending {@code _total}, which Prometheus' format adds */
    static Family counter(String name, String help, String... labels) {
        return new Family(true, name, help, List.of(labels), Double::sum);
    }

    static Family gauge(String name, String help, String... labels) {
        return new Family(false, name, help, List.of(labels), Double::sum);
    }

    /** A gauge of which the highest counts. */
    static Family highest(String name, String help, String... labels) {
        return new Family(false, name, help, List.of(labels), Math::max);
    }

    Family add(double value, String... labelValues) {
        values.merge(List.of(labelValues), value, together::applyAsDouble);
        return this;
    }

    Family add(long value, String... labelValues) {
        return add((double) value, labelValues);
    }

    MetricSnapshot snapshot() {
        return counter ? counters() : gauges();
    }

    private CounterSnapshot counters() {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        values.forEach((row, value) -> family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .value(value)
                .labels(Labels.of(labels, row))
                .build()));
        return family.build();
    }

    private GaugeSnapshot gauges() {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((row, value) -> family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .value(value)
                .labels(Labels.of(labels, row))
                .build()));
        return family.build();
    }
}
