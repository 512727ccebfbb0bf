package io.pledgemq.server.http;

import io.pledgemq.server.access.Principal;
import io.pledgemq.server.audit.AuditEntry;
import io.pledgemq.server.audit.AuditEntry.Detail;
import io.pledgemq.server.audit.AuditEntry.Result;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.audit.AuditUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Writes refusals and changes of the administration to the audit log. */
final class Audit {
    private static final long PATIENCE_SECONDS = 10;

    private final AuditLog log;

    Audit(AuditLog log) {
        this.log = log;
    }

    void refusedStranger(AdminRequest request, String claimed, String why) {
        log.refusedStranger(new AuditEntry(
                claimed,
                request.remote(),
                "admin." + request.method(),
                request.path(),
                Result.REFUSED,
                Detail.because(why)));
    }

    void refusedUser(AdminRequest request, Principal principal, Route route, String why) {
        log.refusedUser(new AuditEntry(
                principal.toString(),
                request.remote(),
                route.operation(),
                request.path(),
                Result.REFUSED,
                Detail.because(why)));
    }

    /** Writes that somebody did something that changes nothing. */
    void record(AdminApi.Admission.Admitted admitted, Call call, Result result) {
        log.record(entry(admitted, call, admitted.request().path(), null).ended(result));
    }

    /** Writes durably what is about to be done, does it, and writes how it ended. */
    Object written(AdminApi.Admission.Admitted admitted, Call call) throws AdminProblem {
        List<String> subjects = subjects(admitted, call);
        admit(subjects.stream()
                .map(subject -> entry(admitted, call, subject, null))
                .toList());
        boolean ended = false;
        try {
            Object answer = call.route().handler().handle(call);
            ended = true;
            for (int i = 0; i < subjects.size(); i++) {
                String problem = answer instanceof Settled settled ? settled.problemOf(subjects.get(i)) : null;
                log.record(entry(admitted, call, subjects.get(i), problem)
                        .ended(problem == null ? Result.DONE : Result.FAILED));
            }
            return answer;
        } catch (AdminProblem problem) {
            ended = true;
            boolean refused = problem.status() == AdminProblem.FORBIDDEN;
            Result result = refused ? Result.REFUSED : Result.FAILED;
            subjects.forEach(subject -> log.record(
                    entry(admitted, call, subject, problem.getMessage()).ended(result)));
            throw problem;
        } finally {
            if (!ended) {
                subjects.forEach(subject -> log.record(
                        entry(admitted, call, subject, "it is not known how it ended; the server's log says why")
                                .ended(Result.FAILED)));
            }
        }
    }

    private void admit(List<AuditEntry> entries) throws AdminProblem {
        List<CompletableFuture<Void>> written = new ArrayList<>();
        entries.forEach(entry -> written.add(log.admit(entry)));
        try {
            CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() instanceof AuditUnavailableException unavailable ? unavailable : e;
            throw AdminProblem.unavailable(
                    "AUDIT_UNAVAILABLE",
                    "the audit log cannot be written, and nothing is changed without a trace: " + cause.getMessage(),
                    "make room or repair the audit directory, then repeat.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AdminProblem.unavailable("STOPPING", "the server is stopping.", "repeat when it runs again.");
        }
    }

    private static List<String> subjects(AdminApi.Admission.Admitted admitted, Call call) {
        if (call.route().field("ids").isPresent()) {
            return call.ids().stream().map(id -> id.text()).toList();
        }
        return List.of(
                call.route().field("id").isPresent()
                        ? call.id("id").text()
                        : admitted.request().path());
    }

    private static AuditEntry entry(
            AdminApi.Admission.Admitted admitted, Call call, String subject, @Nullable String problem) {
        String reason = call.route().field("reason").isPresent() ? call.filter("reason") : "";
        String told = problem == null ? reason : reason.isEmpty() ? problem : reason + " | " + problem;
        return new AuditEntry(
                admitted.principal().toString(),
                admitted.request().remote(),
                call.route().operation(),
                subject,
                Result.ASKED,
                new Detail(told.isEmpty() ? null : told, call.before(), call.after()));
    }
}
