package io.pledgemq.server.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pledgemq.engine.EngineStoppedException;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Authentication;
import io.pledgemq.server.access.BrowserGuard;
import io.pledgemq.server.access.CallProof;
import io.pledgemq.server.access.Principal;
import io.pledgemq.server.access.Resource;
import io.pledgemq.server.audit.AuditEntry;
import io.pledgemq.server.audit.AuditLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits or refuses a request, and answers it. The request's head alone decides, so that the server reads no body of a
 * caller without permission. Thread-safe.
 */
final class AdminApi {
    static final String PREFIX = "/admin/v1";

    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    static final String CHALLENGE_PATH = PREFIX + "/challenge";
    private static final Pattern CHALLENGE = Pattern.compile("nonce=(" + CallProof.NONCE.pattern() + ")");
    private static final int SMALL_BODY = 256 << 10;

    private final RouteTable routes;
    private final Access access;
    private final BrowserGuard guard;
    private final Audit audit;
    private final int largestMessage;

    AdminApi(RouteTable routes, Access access, BrowserGuard guard, AuditLog audit, int largestMessage) {
        this.routes = routes;
        this.access = access;
        this.guard = guard;
        this.audit = new Audit(audit);
        this.largestMessage = largestMessage;
    }

    /** Answers a caller that wants to know which server this is before it trusts it. Needs no credential. */
    AdminAnswer challenge(AdminRequest request) {
        Optional<String> foreign = guard.refuses(request.browser());
        Matcher nonce = CHALLENGE.matcher(request.query());
        if (foreign.isPresent() || !request.method().equals("GET") || !nonce.matches()) {
            return AdminAnswer.of(AdminProblem.illegal(
                    foreign.map(why -> why + ".")
                            .orElse("it is GET " + CHALLENGE_PATH + "?nonce=N with 22 to 86 letters, digits, - or _."),
                    "see docs/access.md, Proofs."));
        }
        return AdminAnswer.ok(access.challenge(nonce.group(1), request.call().address()));
    }

    /** What became of a request's head. */
    sealed interface Admission {
        /** It is over; the answer waits for the pause. */
        record Refused(AdminAnswer answer, Duration pause) implements Admission {}

        /** Its body may be read. */
        record Admitted(AdminRequest request, RouteTable.Match match, Principal principal, int maxBody)
                implements Admission {}
    }

    /** Admits a request or refuses it. Does not wait. */
    Admission admit(AdminRequest request) {
        try {
            Optional<String> foreign = guard.refuses(request.browser());
            if (foreign.isPresent()) {
                audit.refusedStranger(request, "(browser)", foreign.get());
                throw new AdminProblem(
                        AdminProblem.FORBIDDEN,
                        new AdminProblem.Told(
                                "FOREIGN_PAGE",
                                "Nothing was done.",
                                foreign.get() + ".",
                                "see docs/access.md, Web pages."));
            }
            Authentication proof = prove(request);
            if (proof instanceof Authentication.Refused refused) {
                return new Admission.Refused(AdminAnswer.of(notLetIn(request, refused)), refused.pause());
            }
            Principal principal = ((Authentication.Accepted) proof).principal();
            RouteTable.Match match = routes.match(request.method(), request.path());
            checkBeginning(request, match, principal);
            boolean large = match.route().fields().stream().anyMatch(field -> field.kind() == Field.Kind.BYTES);
            return new Admission.Admitted(
                    request, match, principal, large ? SMALL_BODY + largestMessage / 3 * 4 : SMALL_BODY);
        } catch (AdminProblem problem) {
            return new Admission.Refused(AdminAnswer.of(problem), Duration.ZERO);
        }
    }

    private Authentication prove(AdminRequest request) {
        List<String> authorization = request.authorization();
        return Access.isProof(authorization)
                ? access.authenticateProof(authorization.get(0), request.call(), request.remote())
                : access.authenticateAdministrator(authorization, request.remote());
    }

    private AdminProblem notLetIn(AdminRequest request, Authentication.Refused refused) {
        audit.refusedStranger(request, refused.claimed(), refused.message());
        String message = refused.message();
        int next = message.indexOf(';');
        return new AdminProblem(
                AdminProblem.UNAUTHORIZED,
                new AdminProblem.Told(
                        "CREDENTIAL_" + refused.reason().name(),
                        "You are not let in.",
                        (next < 0 ? message : message.substring(0, next)) + ".",
                        next < 0
                                ? "see docs/access.md."
                                : message.substring(next + 1).strip() + "."));
    }

    /** Checks what the path alone tells. */
    private void checkBeginning(AdminRequest request, RouteTable.Match match, Principal principal) throws AdminProblem {
        Route route = match.route();
        Resource resource =
                switch (route.target()) {
                    case SERVER -> Resource.SERVER;
                    case TOPIC -> Resource.topic(Values.decoded(match.segment("topic")));
                    case GROUP -> Resource.group(Values.decoded(match.segment("group")));
                    case EACH -> null;
                };
        boolean allowed = resource == null
                ? access.allowedSomewhere(principal, route.action())
                : access.allowed(principal, route.action(), resource);
        if (!allowed) {
            AdminProblem problem =
                    Call.forbidden(principal, route.action(), resource == null ? Resource.SERVER : resource);
            audit.refusedUser(request, principal, route, problem.told().why());
            throw problem;
        }
    }

    /** Answers an admitted request. Waits for the engine, the audit log and the disk. */
    AdminAnswer answer(Admission.Admitted admitted, byte[] body) {
        // The edge of the endpoint: the caller must get an answer, whatever is thrown.
        FutureTask<AdminAnswer> guarded = new FutureTask<>(() -> answerOrFail(admitted, body));
        guarded.run();
        try {
            return guarded.get();
        } catch (ExecutionException e) {
            return AdminAnswer.of(bug(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AdminAnswer.of(bug(e));
        }
    }

    private AdminAnswer answerOrFail(Admission.Admitted admitted, byte[] body) {
        Route route = admitted.match().route();
        try {
            Values values = new Values(route);
            values.path(admitted.match().segments());
            values.query(admitted.request().query());
            if (route.changes()) {
                values.body(read(body));
            }
            Call call = new Call(route, admitted.principal(), access, values.complete());
            return AdminAnswer.ok(route.changes() ? audit.written(admitted, call) : looked(admitted, call));
        } catch (AdminProblem problem) {
            if (problem.status() == AdminProblem.FORBIDDEN && !route.changes()) {
                audit.refusedUser(
                        admitted.request(),
                        admitted.principal(),
                        route,
                        problem.told().why());
            }
            return AdminAnswer.of(problem);
        } catch (EngineStoppedException e) {
            return AdminAnswer.of(stopped(e));
        } catch (LogException e) {
            return AdminAnswer.of(unreadable(e));
        } catch (CompletionException e) {
            return AdminAnswer.of(e.getCause() instanceof EngineStoppedException stopped ? stopped(stopped) : bug(e));
        }
    }

    private Object looked(Admission.Admitted admitted, Call call) throws AdminProblem {
        Object answer = call.route().handler().handle(call);
        if (call.route().action() == Action.VIEW_BODY) {
            audit.record(admitted, call, AuditEntry.Result.DONE);
        }
        return answer;
    }

    private static JsonNode read(byte[] body) throws AdminProblem {
        try {
            return body.length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw AdminProblem.illegal("the body is no JSON" + where + ".", "correct it.");
        } catch (IOException e) {
            throw AdminProblem.illegal("the body is no JSON.", "correct it.");
        }
    }

    private static AdminProblem stopped(EngineStoppedException e) {
        return AdminProblem.unavailable(
                "ENGINE_STOPPED", String.valueOf(e.getMessage()), "read the server's log and start it again.");
    }

    private static AdminProblem unreadable(LogException e) {
        LOG.error("an administrative call could not read the log", e);
        return new AdminProblem(
                AdminProblem.INTERNAL,
                new AdminProblem.Told(
                        "LOG_UNREADABLE",
                        "The log could not be read.",
                        String.valueOf(e.getMessage()),
                        "repeat; if it stays so, stop the server and run ./pledgemq log verify --data DIR."));
    }

    private static AdminProblem bug(Exception e) {
        LOG.error("an administrative call failed unexpectedly", e);
        return new AdminProblem(
                AdminProblem.INTERNAL,
                new AdminProblem.Told(
                        "INTERNAL",
                        "The call failed unexpectedly.",
                        "the server's log has the reason.",
                        "look there, and please report it."));
    }
}
