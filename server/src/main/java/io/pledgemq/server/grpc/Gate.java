package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Code;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Resource;

/** Lets through who may, and refuses others in the protocol's words. */
final class Gate {
    private final Access access;

    Gate(Access access) {
        this.access = access;
    }

    void publish(Caller caller, String topic) {
        require(may(caller, Action.PUBLISH, Resource.topic(topic)), caller, "publish to topic '" + topic + "'");
    }

    void consume(Caller caller, String group, String topic) {
        require(
                may(caller, Action.CONSUME, Resource.topic(topic))
                        && may(caller, Action.CONSUME, Resource.group(group)),
                caller,
                "consume topic '" + topic + "' as group '" + group + "'");
    }

    /** Where a topic is may know who can do anything with it. */
    void publishOrConsume(Caller caller, String topic) {
        require(
                may(caller, Action.PUBLISH, Resource.topic(topic))
                        || may(caller, Action.CONSUME, Resource.topic(topic)),
                caller,
                "use topic '" + topic + "'");
    }

    private boolean may(Caller caller, Action action, Resource resource) {
        return access.allowed(caller.principal(), action, resource);
    }

    private static void require(boolean allowed, Caller caller, String what) {
        if (!allowed) {
            throw new ProtocolException(
                    Code.FORBIDDEN, "user '" + caller.user() + "' may not " + what + "; an administrator can grant it");
        }
    }
}
