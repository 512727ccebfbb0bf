package io.pledgemq.server.access;

import io.pledgemq.server.access.Authentication.Accepted;
import io.pledgemq.server.access.Authentication.Reason;
import io.pledgemq.server.access.Authentication.Refused;
import io.pledgemq.server.files.UnusableFileException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates callers and authorises what they do. Everything is refused that no role or grant allows.
 *
 * <p>RocketMQ's signature covers only a time, and that loosely ({@link MqDateTime}): an eavesdropper who reads one on
 * the wire can use it for any call until its window ends. It keeps strangers out; keeping eavesdroppers out is TLS's
 * job.
 *
 * <p>Nothing here writes to the audit log: callers do, since they know what was asked for. Safe for all threads;
 * nothing but {@link #open}, {@link #reload} and {@link #reloadIfChanged} touches the disk.
 */
public final class Access {

    private final boolean authentication;
    private final Duration dateWindow;
    private final InstantSource clock;
    private final Users users;
    private final SecretCheck check;
    private final Attempts attempts;
    private final Tickets tickets;

    private Access(AccessOptions config, InstantSource clock, Users users, SecureRandom random) {
        this.authentication = config.authentication();
        this.dateWindow = config.dateWindow();
        this.clock = clock;
        this.users = users;
        this.check = new SecretCheck(random);
        this.attempts = new Attempts(clock);
        this.tickets = new Tickets(random, System::nanoTime);
    }

    /** Reads the users and, at the first start, makes the administrator's credential in the data directory. */
    public static Access open(AccessOptions config, InstantSource clock) throws UnusableFileException {
        SecureRandom random = new SecureRandom();
        Users users = Users.open(config.dataDirectory(), config.usersFile(), random);
        return new Access(config, clock, users, random);
    }

    /** Returns whether clients must prove who they are. */
    public boolean authentication() {
        return authentication;
    }

    /**
     * Reads the users again; who was removed has no more rights from now on, open streams included. If a file is wrong,
     * throws, and the users stay as they were.
     */
    public void reload() throws UnusableFileException {
        users.reload();
    }

    /**
     * Does the same if the users' file or the administrator's credential was written, replaced, removed or given
     * another mode since the last time; tells whether it did.
     */
    public boolean reloadIfChanged() throws UnusableFileException {
        return users.reloadIfChanged();
    }

    /**
     * Answers who a RocketMQ client is. Without authentication everybody is anonymous, and what they send is not looked
     * at, so that applications configured for another server work.
     */
    public Authentication authenticateClient(ClientCredentials credentials, InetAddress remote) {
        if (!authentication) {
            return new Accepted(Principal.ANONYMOUS);
        }
        List<String> headers = credentials.authorization();
        if (headers.isEmpty()) {
            return refused(Reason.MISSING, null);
        }
        if (!credentials.sessionToken().isEmpty()) {
            return refused(Reason.SESSION_TOKEN, null);
        }
        if (headers.size() > 1 || credentials.dateTime().size() != 1) {
            return refused(Reason.MALFORMED, null);
        }
        String signed = credentials.dateTime().get(0);
        Optional<MqSignature> signature = MqSignature.parse(headers.get(0));
        Optional<Instant> time = MqDateTime.parse(signed);
        if (signature.isEmpty() || time.isEmpty()) {
            return refused(Reason.MALFORMED, null);
        }
        Authentication answer = prove(
                signature.get().accessKey(),
                remote,
                secret -> check.signed(secret, signed, signature.get().signatureHex()));
        // After the proof, so that a stale time tells strangers nothing about the user's settings.
        return answer instanceof Accepted accepted ? recent(accepted, time.get()) : answer;
    }

    /** Answers who calls the administration; a credential is always needed. */
    public Authentication authenticateAdministrator(List<String> authorization, InetAddress remote) {
        if (authorization.isEmpty()) {
            return refused(Reason.MISSING, null);
        }
        Optional<BasicCredential> credential = BasicCredential.parse(authorization.get(0));
        if (authorization.size() > 1 || credential.isEmpty()) {
            return refused(Reason.MALFORMED, null);
        }
        return prove(
                credential.get().user(),
                remote,
                secret -> check.knows(secret, credential.get().secret()));
    }

    /**
     * Answers a caller that wants to know whether this is the server of its admin.credential, and gives it a ticket for
     * calls that prove a secret without sending it.
     *
     * @param nonce of the form {@link CallProof#NONCE}
     * @param address of the server's end of the connection, as {@link CallProof#address} writes it
     */
    public Challenge challenge(String nonce, String address) {
        String ticket = tickets.next();
        User administrator = users.find(AdminCredential.USER);
        String proof = administrator == null
                ? ""
                : CallProof.serverProof(administrator.secret().callKey(), nonce, ticket, address);
        return new Challenge(ticket, address, proof);
    }

    /** The answer of {@link #challenge}. */
    public record Challenge(String ticket, String address, String proof) {}

    /** Returns whether the header is one that proves a secret without having it in it. */
    public static boolean isProof(List<String> authorization) {
        return authorization.size() == 1 && CallProof.Claim.isOne(authorization.get(0));
    }

    /**
     * Answers who calls the administration with such a header.
     *
     * @param call with any ticket: the header's own is looked at
     */
    public Authentication authenticateProof(String authorization, CallProof.Call call, InetAddress remote) {
        Optional<CallProof.Claim> claim = CallProof.Claim.parse(authorization);
        if (claim.isEmpty()) {
            return refused(Reason.MALFORMED, null);
        }
        String ticket = claim.get().ticket();
        if (!tickets.good(ticket)) {
            return refused(Reason.EXPIRED, null);
        }
        CallProof.Call proved = new CallProof.Call(ticket, call.address(), call.method(), call.target());
        return prove(
                claim.get().user(),
                remote,
                secret -> check.proves(secret, proved, claim.get().mac()));
    }

    /** Returns whether the caller may do this now. */
    public boolean allowed(Principal principal, Action action, Resource resource) {
        boolean messages = action == Action.PUBLISH || action == Action.CONSUME;
        if (!authentication && messages && resource.kind() != Resource.Kind.SERVER) {
            return true;
        }
        User user = users.find(principal.name());
        return user != null && user.allows(action, resource);
    }

    /**
     * Tells whether the caller may do this to something, whatever it is: then it depends on the single topic or group.
     */
    public boolean allowedSomewhere(Principal principal, Action action) {
        User user = users.find(principal.name());
        return user != null && user.allowsSomewhere(action);
    }

    /** Returns how many bytes were hashed to check callers, for tests that compare the work. */
    long hashedBytes() {
        return check.hashedBytes();
    }

    private Authentication prove(String name, InetAddress remote, Predicate<@Nullable Secret> proof) {
        User user = users.find(name);
        boolean proved = proof.test(user == null ? null : user.secret());
        if (user == null || !proved) {
            return new Refused(Reason.WRONG, claimed(user), attempts.failed(name, remote));
        }
        return new Accepted(Principal.of(user));
    }

    private Authentication recent(Accepted accepted, Instant signedAt) {
        User user = users.find(accepted.principal().name());
        Duration window = user != null && user.strictTime() ? MqDateTime.STRICT : dateWindow;
        return MqDateTime.within(window, signedAt, clock.instant()) ? accepted : refused(Reason.STALE, user);
    }

    private static Refused refused(Reason reason, @Nullable User user) {
        return new Refused(reason, claimed(user), Duration.ZERO);
    }

    private static String claimed(@Nullable User user) {
        return user == null ? "(unknown)" : user.name();
    }
}
