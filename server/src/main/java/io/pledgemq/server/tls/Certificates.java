package io.pledgemq.server.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import io.netty.handler.ssl.SslContextBuilder;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of new connections, and the authorities of clients' certificates. Watches their files every few
 * seconds and uses changed ones from the next connection on. Unusable files change nothing, and the log says what is
 * wrong with them. Thread-safe.
 */
public final class Certificates implements TlsProvider {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration RENEWAL_EVERY = Duration.ofHours(6);
    private static final Duration WARN_BEFORE_END = Duration.ofDays(14);

    private final TlsConfig config;
    private final OwnCertificate own;
    private final InstantSource clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledgemq-certificates");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Used used;
    private List<Object> seen;
    private Instant lookAgain;

    private volatile @Nullable String trouble;

    /**
     * When a certificate ends.
     *
     * @param whose the server, or the clients' authority
     * @param renewed whether the server makes another by itself
     */
    public record End(String whose, Instant at, boolean renewed) {}

    private record Used(TlsKeyPair identity, List<X509Certificate> authorities) {}

    private Certificates(ServerConfig config, InstantSource clock) throws UnusableCertificateException {
        this.config = config.tls();
        this.own = new OwnCertificate(config.data(), names(config));
        this.clock = clock;
        this.seen = List.of();
        this.lookAgain = clock.instant().plus(RENEWAL_EVERY);
        this.used = load();
        this.seen = marks();
    }

    /**
     * Reads the configured files, or makes a certificate at the first start, and keeps looking at them until closed.
     *
     * @throws UnusableCertificateException if the server could not be reached by TLS with what is there
     */
    public static Certificates open(ServerConfig config, InstantSource clock) throws UnusableCertificateException {
        Certificates certificates = new Certificates(config, clock);
        var unused = certificates.watch.scheduleWithFixedDelay(
                certificates::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return certificates;
    }

    /**
     * Reads what a server would use, as it would, and changes nothing.
     *
     * @return when the certificate ends; empty if there is none, or the start would make another
     * @throws UnusableCertificateException if a server would not start with these files
     */
    public static Optional<Instant> examine(ServerConfig config, Instant now) throws UnusableCertificateException {
        TlsConfig tls = config.tls();
        if (tls.clientCaFile().isPresent()) {
            var unused = PemFiles.certificates(tls.clientCaFile().get());
        }
        return switch (tls.mode()) {
            case OFF -> Optional.empty();
            case GENERATED ->
                new OwnCertificate(config.data(), names(config)).kept(now).map(Certificates::end);
            case FILES -> Optional.of(end(configured(tls, now)));
        };
    }

    /**
     * Returns whether everybody on this machine may read or write the user's key; its group may, as some systems have
     * it.
     */
    public static boolean isKeyOpen(TlsConfig tls) {
        if (tls.mode() != TlsConfig.Mode.FILES) {
            return false;
        }
        try {
            Set<PosixFilePermission> mode =
                    Files.getPosixFilePermissions(tls.keyFile().orElseThrow());
            return mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Instant end(TlsKeyPair identity) {
        return identity.certificateChain().get(0).getNotAfter().toInstant();
    }

    private static TlsKeyPair configured(TlsConfig tls, Instant now) throws UnusableCertificateException {
        return PemFiles.identity(
                tls.certificateFile().orElseThrow(), tls.keyFile().orElseThrow(), now);
    }

    private static Set<String> names(ServerConfig config) {
        Set<String> names = new TreeSet<>(List.of("localhost", "127.0.0.1", "::1"));
        String host = config.listen().host();
        if (!host.equals("0.0.0.0") && !host.equals("::")) {
            names.add(host);
        }
        names.addAll(config.access().hosts());
        return names;
    }

    private Used load() throws UnusableCertificateException {
        Instant now = clock.instant();
        TlsKeyPair identity = config.mode() == TlsConfig.Mode.GENERATED ? own.current(now) : configured(config, now);
        List<X509Certificate> authorities = config.clientCaFile().isEmpty()
                ? List.of()
                : PemFiles.certificates(config.clientCaFile().get());
        Instant until = end(identity);
        if (until.isBefore(now.plus(WARN_BEFORE_END))) {
            LOG.warn("the certificate ends at {}; renew it before: clients will not connect then", until);
        }
        if (isKeyOpen(config)) {
            LOG.warn(
                    "everybody on this machine may read or write the key {}: chmod 600, or 640 for a group of its own",
                    config.keyFile().orElseThrow());
        }
        return new Used(identity, authorities);
    }

    /** Uses what has changed on disk. */
    synchronized void look() {
        List<Object> now = marks();
        if (now.equals(seen) && clock.instant().isBefore(lookAgain)) {
            return;
        }
        lookAgain = clock.instant().plus(RENEWAL_EVERY);
        try {
            Used before = used;
            used = load();
            trouble = null;
            if (!used.equals(before)) {
                LOG.info("new connections get the certificate that is valid until {}", end(used.identity));
            }
        } catch (UnusableCertificateException e) {
            trouble = e.getMessage();
            LOG.error("the certificate's files cannot be used, the one before stays: {}", e.getMessage());
        } catch (IllegalArgumentException | IllegalStateException e) {
            // What the reader of certificates throws for some nonsense; the next change must be seen all the same.
            trouble = e.toString();
            LOG.error("the changed certificate is not used, the one before stays", e);
        }
        seen = marks();
    }

    /** When the certificate that new connections get ends, and the first of the clients' authorities. */
    public List<End> ends() {
        List<End> ends = new ArrayList<>();
        ends.add(new End("the server", end(used.identity), config.mode() == TlsConfig.Mode.GENERATED));
        used.authorities.stream()
                .map(authority -> authority.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .ifPresent(first -> ends.add(new End("the clients' authority", first, false)));
        return ends;
    }

    /** Why what is in the files now is not used; empty if it is. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** What changes when a file does. */
    private List<Object> marks() {
        List<Path> files = new ArrayList<>();
        if (config.mode() == TlsConfig.Mode.GENERATED) {
            files.add(own.file());
        }
        config.certificateFile().ifPresent(files::add);
        config.keyFile().ifPresent(files::add);
        config.clientCaFile().ifPresent(files::add);
        List<Object> marks = new ArrayList<>();
        for (Path file : files) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                marks.add(found.lastModifiedTime());
                marks.add(found.size());
                marks.add(String.valueOf(found.fileKey()));
            } catch (IOException e) {
                marks.add("none");
            }
        }
        return marks;
    }

    @Override
    public TlsKeyPair keyPair(String hostname) {
        return used.identity;
    }

    @Override
    public List<X509Certificate> trustedCertificates(String hostname) {
        return used.authorities;
    }

    /** Has the certificates of clients judged by the authorities of now; asked again when they change. */
    public void judgeClients(SslContextBuilder context) {
        List<X509Certificate> authorities = used.authorities;
        if (!authorities.isEmpty()) {
            context.trustManager(new ClientTrust(authorities));
        }
    }

    /** Closed by its opener, since it serves several listeners. */
    @Override
    public boolean autoClose() {
        return false;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
