package io.pledgemq.server.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Slows down guessing: after {@link #FREE_FAILURES} failures for one access key from one address, each further one is
 * answered after a pause that doubles up to {@link #MAX_PAUSE}. Only failures wait. A caller that proves the secret is
 * let in at once, however many others guess beside him from the same address: nobody can lock anybody out. So a pause
 * costs a guesser one of the streams that he may have open, and no more than that: secrets must be long.
 * {@link #FORGET_AFTER} without a failure forgets them; a success does not, since it may be somebody else's.
 *
 * <p>Remembers {@link #MAX_TRACKED} pairs, the least recently used goes first. Pushing a pair out so takes that many
 * failing requests, which makes it a poor way around the pause. IPv6 addresses count by their /64, which one host has
 * to itself. At most {@link #MAX_WAITING} answers wait at a time; a flood beyond that is answered at once. Safe for all
 * threads.
 */
final class Attempts {

    /** Failures before the first pause. */
    static final int FREE_FAILURES = 10;

    /** Pairs remembered at most, some 200 bytes each. */
    static final int MAX_TRACKED = 10_000;

    /** Answers that wait at most, some hundred bytes each. */
    static final int MAX_WAITING = 1_000;

    static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    /** Shorter than clients listen, who should hear what is wrong: the official ones give up after 3 s. */
    static final Duration MAX_PAUSE = Duration.ofSeconds(2);

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

    /** When those that wait are answered. */
    private final List<Instant> answers = new ArrayList<>();

    Attempts(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts a failure; returns for how long its answer must wait. */
    synchronized Duration failed(String accessKey, InetAddress remote) {
        Instant now = clock.instant();
        Failures known = failures.compute(pair(accessKey, remote), (pair, before) -> {
            boolean old = before == null || before.last.plus(FORGET_AFTER).isBefore(now);
            return new Failures(old ? 1 : Math.min(before.count + 1, Integer.MAX_VALUE - 1), now);
        });
        return known == null || known.count <= FREE_FAILURES ? Duration.ZERO : waits(now, pause(known.count));
    }

    private Duration waits(Instant now, Duration pause) {
        // A clock that was set back must not keep those who waited then for ever.
        answers.removeIf(at -> !at.isAfter(now) || at.isAfter(now.plus(MAX_PAUSE)));
        if (answers.size() >= MAX_WAITING) {
            return Duration.ZERO;
        }
        answers.add(now.plus(pause));
        return pause;
    }

    synchronized int tracked() {
        return failures.size();
    }

    private static Duration pause(int count) {
        int doublings = Math.min(count - FREE_FAILURES - 1, 16);
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
