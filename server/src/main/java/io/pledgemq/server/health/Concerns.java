package io.pledgemq.server.health;

import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.server.health.Concern.Code;
import io.pledgemq.server.tls.Certificates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds everything that needs a person. A pure function. */
final class Concerns {
    /** Names in one text. */
    private static final int NAMES = 20;

    /** Before that a sender may still decide by itself, and reconnect after a restart. */
    private static final Duration SENDER_MAY_TAKE = Duration.ofSeconds(30);

    private final EngineStats stats;
    private final Facts facts;
    private final Instant now;

    Concerns(EngineStats stats, Facts facts, Instant now) {
        this.stats = stats;
        this.facts = facts;
        this.now = now;
    }

    List<Concern> find() {
        return Stream.of(room(), files(), messages(), groups())
                .flatMap(List::stream)
                .toList();
    }

    private List<Concern> room() {
        List<Concern> found = new ArrayList<>();
        if (stats.diskFull()) {
            found.add(Concern.of(
                    Code.DISK_FULL,
                    1,
                    "the disk is full: new messages are refused until space returns",
                    "./pledgemq doctor"));
        }
        memory().ifPresent(found::add);
        List<String> full = subscriptions(SubscriptionView::full);
        if (!full.isEmpty()) {
            found.add(Concern.of(
                    Code.GROUP_FULL,
                    full.size(),
                    "so much is not settled that these groups get nothing new, limits.unsettled"
                            + " or limits.unsettled-per-subscription: " + names(full),
                    "./pledgemq group list"));
        }
        return found;
    }

    private Optional<Concern> memory() {
        Limits.Rows limits = stats.limits();
        if (stats.pending() >= limits.pending()) {
            return limit(
                    "limits.pending=" + limits.pending() + " is reached: new half messages and delayed ones are refused"
                            + " until some are decided or delivered",
                    "./pledgemq tx list");
        }
        if (stats.kept() >= limits.kept()) {
            return limit(
                    "limits.kept=" + limits.kept() + " is reached: new messages are refused until groups have got"
                            + " what topics keep for them",
                    "./pledgemq group list");
        }
        return stats.waitingForTheirTime() >= limits.delayed()
                ? limit(
                        "limits.delayed=" + limits.delayed() + " is reached: new delayed messages are refused",
                        "./pledgemq topic list")
                : Optional.empty();
    }

    private static Optional<Concern> limit(String text, String command) {
        return Optional.of(Concern.of(Code.LIMIT_REACHED, 1, text, command));
    }

    private List<Concern> files() {
        List<Concern> found = new ArrayList<>();
        facts.audit()
                .trouble()
                .ifPresent(why -> found.add(Concern.of(
                        Code.AUDIT_UNAVAILABLE,
                        Math.max(1, facts.audit().lost()),
                        "the audit log cannot be written, so administrative changes are refused: " + why,
                        "./pledgemq doctor")));
        for (Certificates.End end : facts.ends()) {
            CertificateLevel level = CertificateLevel.of(end, now);
            if (level != CertificateLevel.FINE) {
                found.add(new Concern(
                        Code.CERTIFICATE_ENDS, 1, level.urgency(), level.text(end, now), "./pledgemq doctor"));
            }
        }
        Certificates certificates = facts.certificates();
        Optional<String> refused = certificates == null ? Optional.empty() : certificates.trouble();
        refused.ifPresent(why -> found.add(Concern.of(
                Code.CERTIFICATE_REFUSED,
                1,
                "the certificate's files cannot be used, the one before stays: " + oneLine(why),
                "./pledgemq doctor")));
        facts.users()
                .get()
                .ifPresent(why -> found.add(Concern.of(
                        Code.USERS_REFUSED,
                        1,
                        "the changed users are not in force, those before stay: " + oneLine(why),
                        "./pledgemq doctor")));
        facts.alerts()
                .trouble()
                .ifPresent(why -> found.add(Concern.of(
                        Code.ALERTS_UNDELIVERED,
                        facts.alerts().undelivered(),
                        "the last alert did not reach alerts.webhook: " + why,
                        "./pledgemq config show")));
        return found;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\n\\s*", " ");
    }

    private List<Concern> messages() {
        List<Concern> found = new ArrayList<>();
        if (stats.parked() > 0) {
            found.add(Concern.of(
                    Code.PARKED,
                    stats.parked(),
                    "half messages are parked: their checks are exhausted, and a person decides",
                    "./pledgemq tx list --parked"));
        }
        Duration oldest = age(stats.halfMessages().oldestMs());
        int waiting = stats.undecided() - stats.parked();
        List<String> unsent = oldest.compareTo(SENDER_MAY_TAKE) > 0 && waiting > 0 ? withoutSender() : List.of();
        if (!unsent.isEmpty()) {
            found.add(Concern.of(
                    Code.NO_SENDER,
                    unsent.size(),
                    "half messages wait, and no sender of these topics is connected: " + names(unsent),
                    "./pledgemq tx list"));
        }
        if (oldest.compareTo(facts.limits().undecided()) > 0) {
            found.add(Concern.of(
                    Code.UNDECIDED,
                    stats.undecided(),
                    "half messages are undecided, the oldest for " + words(oldest),
                    "./pledgemq tx list"));
        }
        return found;
    }

    private List<String> withoutSender() {
        return stats.topics().stream()
                .filter(topic -> topic.type() == TopicType.TRANSACTION && topic.pending() > 0)
                .map(TopicView::name)
                .filter(topic -> !facts.hasSender().test(topic))
                .toList();
    }

    private List<Concern> groups() {
        List<Concern> found = new ArrayList<>();
        long dead =
                stats.subscriptions().stream().mapToLong(SubscriptionView::dead).sum();
        if (dead > 0) {
            found.add(Concern.of(
                    Code.DEAD_LETTERS,
                    dead,
                    "open dead letters of the groups " + names(subscriptions(view -> view.dead() > 0)),
                    "./pledgemq dead list --status open"));
        }
        List<String> behind = subscriptions(this::isBehind);
        if (!behind.isEmpty()) {
            Duration most = stats.subscriptions().stream()
                    .map(view -> age(view.oldestMs()))
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            found.add(Concern.of(
                    Code.GROUP_BEHIND,
                    behind.size(),
                    "groups are behind, up to " + words(most) + ": " + names(behind)
                            + (stats.subscriptions().stream().anyMatch(view -> isBehind(view) && view.paused())
                                    ? " (some are paused)"
                                    : ""),
                    "./pledgemq group show " + behind.get(0)));
        }
        return found;
    }

    private boolean isBehind(SubscriptionView view) {
        return view.lag() > 0 && age(view.oldestMs()).compareTo(facts.limits().lag()) > 0;
    }

    private Duration age(long sinceMs) {
        return sinceMs == 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, stats.wallMs() - sinceMs));
    }

    /** Groups with a subscription that is so. */
    private List<String> subscriptions(Predicate<SubscriptionView> so) {
        return stats.subscriptions().stream()
                .filter(so)
                .map(SubscriptionView::group)
                .distinct()
                .toList();
    }

    private static String names(List<String> names) {
        return names.stream().limit(NAMES).collect(Collectors.joining(", "))
                + (names.size() > NAMES ? " and " + (names.size() - NAMES) + " more" : "");
    }

    static String words(Duration time) {
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        if (time.toHours() < 2) {
            return time.toMinutes() + " min";
        }
        return time.toDays() < 2 ? time.toHours() + " h" : time.toDays() + " days";
    }
}
