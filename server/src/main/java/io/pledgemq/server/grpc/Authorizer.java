package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Code;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Authentication;
import io.pledgemq.server.access.ClientCredentials;
import io.pledgemq.server.access.Resource;
import io.pledgemq.server.audit.AuditEntry;
import io.pledgemq.server.audit.AuditEntry.Detail;
import io.pledgemq.server.audit.AuditEntry.Result;
import io.pledgemq.server.audit.AuditLog;
import java.net.InetAddress;

/** Authorises callers, refuses others in the protocol's words, and writes refusals to the audit log. Thread-safe. */
public final class Authorizer {
    private final Access access;
    private final AuditLog audit;

    public Authorizer(Access access, AuditLog audit) {
        this.access = access;
        this.audit = audit;
    }

    /** Authenticates a caller; the caller of this method answers a refusal. */
    Authentication authenticate(ClientCredentials credentials, InetAddress remote, String call) {
        Authentication answer = access.authenticateClient(credentials, remote);
        if (answer instanceof Authentication.Refused refused) {
            audit.refusedStranger(new AuditEntry(
                    refused.claimed(), remote, call, "rpc", Result.REFUSED, Detail.because(refused.message())));
        }
        return answer;
    }

    /** Writes the refusal of a web page's call to the audit log. */
    void refusedBrowser(InetAddress remote, String call, String why) {
        audit.refusedStranger(new AuditEntry("(browser)", remote, call, "rpc", Result.REFUSED, Detail.because(why)));
    }

    void publish(Caller caller, String topic) {
        require(mayPublish(caller, topic), caller, "publish to topic '" + topic + "'");
    }

    /** Returns whether the caller may publish to a topic now; grants may change while a client is connected. */
    boolean mayPublish(Caller caller, String topic) {
        return may(caller, Action.PUBLISH, Resource.topic(topic));
    }

    void consume(Caller caller, String group, String topic) {
        require(
                may(caller, Action.CONSUME, Resource.topic(topic))
                        && may(caller, Action.CONSUME, Resource.group(group)),
                caller,
                "consume topic '" + topic + "' as group '" + group + "'");
    }

    /** Admits callers that may do anything with a topic: they may know where it is. */
    void publishOrConsume(Caller caller, String topic) {
        require(
                may(caller, Action.PUBLISH, Resource.topic(topic))
                        || may(caller, Action.CONSUME, Resource.topic(topic)),
                caller,
                "use topic '" + topic + "'");
    }

    /** Returns the refusal of a handle that belongs to another user, or is forged. */
    ProtocolException notTheirs(Caller caller, Code code, String why) {
        refused(caller, why);
        return new ProtocolException(code, why);
    }

    private boolean may(Caller caller, Action action, Resource resource) {
        return access.allowed(caller.principal(), action, resource);
    }

    private void require(boolean allowed, Caller caller, String what) {
        if (!allowed) {
            refused(caller, "may not " + what);
            throw new ProtocolException(
                    Code.FORBIDDEN, "user '" + caller.user() + "' may not " + what + "; an administrator can grant it");
        }
    }

    private void refused(Caller caller, String why) {
        audit.refusedUser(new AuditEntry(
                caller.principal().toString(),
                caller.from().getAddress(),
                caller.call(),
                "rpc",
                Result.REFUSED,
                Detail.because(why)));
    }
}
