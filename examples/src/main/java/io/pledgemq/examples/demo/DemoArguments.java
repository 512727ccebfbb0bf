package io.pledgemq.examples.demo;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks what the user gave, and turns it into the settings of the run and the orders they stand for. */
final class DemoArguments {

    private static final int MAX_COUNT = 10_000_000;

    private DemoArguments() {}

    /** Refuses values that are out of range; returns the command they belong to. */
    static CommandSpec checked(
            @Nullable CommandSpec spec,
            DemoCommand.@Nullable Orders orders,
            @Nullable Integer faults,
            @Nullable URI webhook) {
        if (spec == null) {
            throw new IllegalStateException("The command was not started by picocli");
        }
        if (orders != null && orders.count != null && (orders.count < 1 || orders.count > MAX_COUNT)) {
            throw refused(spec, "--count", "a number from 1 to " + MAX_COUNT, orders.count);
        }
        if (faults != null && (faults < 0 || faults > 100)) {
            throw refused(spec, "--faults", "a percentage from 0 to 100", faults);
        }
        if (webhook != null
                && (webhook.getHost() == null
                        || !String.valueOf(webhook.getScheme()).matches("https?"))) {
            throw refused(spec, "--webhook", "a URL such as http://127.0.0.1:9000/alerts", webhook);
        }
        return spec;
    }

    /** Returns only what was really given. */
    static Map<String, String> given(
            DemoCommand.@Nullable Orders orders,
            @Nullable DatabaseKind db,
            @Nullable Integer faults,
            @Nullable Long seed,
            DemoCommand.@Nullable OnExhausted onExhausted)
            throws DemoException {
        Map<String, String> given = new HashMap<>();
        if (orders != null && orders.count != null) {
            given.put(RunSettings.ORDERS, "count:" + orders.count);
        }
        if (orders != null && orders.file != null) {
            given.put(RunSettings.ORDERS, "file:" + orders.file.toAbsolutePath().normalize());
            given.put(RunSettings.ORDERS_DIGEST, digest(orders.file));
        }
        if (db != null) {
            given.put(RunSettings.DB, db.name().toLowerCase(Locale.ROOT));
        }
        if (faults != null) {
            given.put(RunSettings.FAULTS, faults.toString());
        }
        if (seed != null) {
            given.put(RunSettings.SEED, seed.toString());
        }
        if (onExhausted != null) {
            given.put(RunSettings.ON_EXHAUSTED, onExhausted.name().toLowerCase(Locale.ROOT));
        }
        return given;
    }

    /** Returns the orders that the settings stand for. */
    static OrderSource source(RunSettings settings) throws DemoException {
        String orders = settings.orders();
        if (orders.startsWith("count:")) {
            return new OrderGenerator(Integer.parseInt(orders.substring("count:".length())), settings.seed());
        }
        if (!orders.startsWith("file:")) {
            return OrderSource.of(OrderFile.sample());
        }
        Path file = Path.of(orders.substring("file:".length()));
        if (!settings.ordersDigest().isEmpty() && Files.notExists(file)) {
            throw RunSettings.ordersGone(file.toString(), settings.ordersDigest());
        }
        OrderSource source = OrderSource.of(OrderFile.read(file));
        if (!digest(file).equals(settings.ordersDigest())) {
            throw RunSettings.ordersChanged(file.toString());
        }
        return source;
    }

    private static String digest(Path file) throws DemoException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(OrderFile.bytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static ParameterException refused(CommandSpec spec, String option, String expected, Object found) {
        return new ParameterException(
                spec.commandLine(), "Option " + option + ": expected " + expected + ", found " + found + ".");
    }
}
