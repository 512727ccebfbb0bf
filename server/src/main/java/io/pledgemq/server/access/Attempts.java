package io.pledgemq.server.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing: after {@link #FREE_FAILURES} failures for one access key from one address, each further one
 * closes that pair for a pause that doubles up to {@link #MAX_PAUSE}. During it nothing is checked, not even the right
 * secret. A success or {@link #FORGET_AFTER} without a failure forgets them. Others are not held up: not the same key
 * from elsewhere, and not another key from there.
 *
 * <p>Remembers {@link #MAX_TRACKED} pairs, the least recently used goes first. Pushing a pair out so takes that many
 * failing requests, which makes it a poor way around the pause. IPv6 addresses count by their /64, which one host has
 * to itself. Safe for all threads.
 */
final class Attempts {

    /** Failures before the first pause. */
    static final int FREE_FAILURES = 10;

    /** Pairs remembered at most, some 200 bytes each. */
    static final int MAX_TRACKED = 10_000;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    static final Duration FORGET_AFTER = Duration.ofMinutes(15);

    private static final int NETWORK_BYTES = 8;

    private record Pair(String accessKey, String network) {}

    private record Failures(int count, Instant last) {}

    private final InstantSource clock;
    private final Map<Pair, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Failures> eldest) {
            return size() > MAX_TRACKED;
        }
    };

    Attempts(InstantSource clock) {
        this.clock = clock;
    }

    /** Tells whether this pair is in its pause. */
    synchronized boolean locked(String accessKey, InetAddress remote) {
        if (failures.isEmpty()) {
            return false;
        }
        Failures known = failures.get(pair(accessKey, remote));
        if (known == null || known.count < FREE_FAILURES) {
            return false;
        }
        Instant now = clock.instant();
        // A clock that was set back must not lengthen the pause.
        return !now.isBefore(known.last) && now.isBefore(known.last.plus(pause(known.count)));
    }

    synchronized void failed(String accessKey, InetAddress remote) {
        Instant now = clock.instant();
        failures.compute(pair(accessKey, remote), (pair, known) -> {
            boolean old = known == null || known.last.plus(FORGET_AFTER).isBefore(now);
            return new Failures(old ? 1 : Math.min(known.count + 1, Integer.MAX_VALUE - 1), now);
        });
    }

    synchronized void succeeded(String accessKey, InetAddress remote) {
        if (!failures.isEmpty()) {
            failures.remove(pair(accessKey, remote));
        }
    }

    synchronized int tracked() {
        return failures.size();
    }

    private static Duration pause(int count) {
        int doublings = Math.min(count - FREE_FAILURES, 16);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
    }

    private static Pair pair(String accessKey, InetAddress remote) {
        byte[] address = remote.getAddress();
        byte[] network = remote instanceof Inet6Address ? Arrays.copyOf(address, NETWORK_BYTES) : address;
        // Names that no user can have share a place, so that the length of what is kept is bounded.
        return new Pair(
                User.nameFits(accessKey) ? accessKey : "", HexFormat.of().formatHex(network));
    }
}
