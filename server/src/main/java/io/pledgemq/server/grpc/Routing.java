package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.rpc.v2.Address;
import io.pledgemq.rpc.v2.AddressScheme;
import io.pledgemq.rpc.v2.Assignment;
import io.pledgemq.rpc.v2.Broker;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Endpoints;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.Permission;
import io.pledgemq.rpc.v2.QueryAssignmentRequest;
import io.pledgemq.rpc.v2.QueryAssignmentResponse;
import io.pledgemq.rpc.v2.QueryRouteRequest;
import io.pledgemq.rpc.v2.QueryRouteResponse;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.Settings;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.TopicEntry;
import org.jspecify.annotations.Nullable;

/**
 * Answers where a topic is: always at this server, by the address at which the client reached it, so that it works
 * behind a port mapping.
 */
final class Routing {
    private static final String BROKER = "pledgemq";
    private final Catalog catalog;
    private final Authorizer authorizer;
    private final Clients clients;
    private final int pollsPerTopic;
    private final int pollsPerConnection;

    Routing(Catalog catalog, Authorizer authorizer, Clients clients, ServiceLimits limits) {
        this.catalog = catalog;
        this.authorizer = authorizer;
        this.clients = clients;
        this.pollsPerTopic = limits.poll().perConsumer();
        // A receive that waits keeps its stream; acknowledgements and heartbeats must always find one.
        this.pollsPerConnection = limits.poll().streams() / 2;
    }

    QueryRouteResponse route(Caller caller, QueryRouteRequest request) {
        String name = Names.topic(request.getTopic(), caller);
        authorizer.publishOrConsume(caller, name);
        TopicEntry topic = topic(name);
        QueryRouteResponse.Builder response = QueryRouteResponse.newBuilder().setStatus(Statuses.OK);
        Broker broker = broker(request.getEndpoints());
        for (int id = 0; id < topic.queues(); id++) {
            response.addMessageQueues(queue(request.getTopic(), id, topic, broker));
        }
        return response.build();
    }

    /**
     * All consumers of a group may receive everything, by whichever queue they ask for it. A client keeps one receive
     * open for each assignment. One that spends a thread on each gets one for each topic, and turns where that is too
     * much. Of the others an ordered group gets one for each queue, since its clients also work on no more messages
     * than that at a time, and the rest get some; a client of very many topics gets fewer for each, so that its
     * receives leave half of its connection's streams free, but one for each topic always.
     */
    QueryAssignmentResponse assignment(Caller caller, QueryAssignmentRequest request) {
        String name = Names.topic(request.getTopic(), caller);
        String groupName = Names.group(request.getGroup(), caller);
        authorizer.consume(caller, groupName, name);
        TopicEntry topic = topic(name);
        Broker broker = broker(request.getEndpoints());
        GroupConfig group = catalog.group(groupName);
        QueryAssignmentResponse.Builder response =
                QueryAssignmentResponse.newBuilder().setStatus(Statuses.OK);
        ClientSession session = clients.known(caller);
        ReceiveLoop loop = session == null ? ReceiveLoop.of(null, caller.language()) : session.loop();
        boolean ordered = group != null && group.fifo();
        int most = ordered ? topic.queues() : Math.min(topic.queues(), pollsPerTopic);
        int assignments = Math.min(loop.receives(most), Math.max(1, pollsPerConnection / topicsOf(session)));
        if (session != null && loop == ReceiveLoop.THREADED) {
            session.turns().assigned(topic.name(), assignments);
        }
        for (int id = 0; id < assignments; id++) {
            response.addAssignments(assignment(queue(request.getTopic(), id, topic, broker)));
        }
        return response.build();
    }

    private static int topicsOf(@Nullable ClientSession session) {
        Settings settings = session == null ? null : session.settings();
        return settings == null ? 1 : Math.max(1, settings.getSubscription().getSubscriptionsCount());
    }

    private TopicEntry topic(String name) {
        TopicEntry topic = catalog.topic(name);
        if (topic == null) {
            throw Statuses.noTopic(name);
        }
        return topic;
    }

    private static Broker broker(Endpoints asked) {
        if (asked.getAddressesCount() == 0) {
            throw new ProtocolException(
                    Code.ILLEGAL_ACCESS_POINT,
                    "the request names no endpoint; the client must say by which address it reached the server");
        }
        if (asked.getScheme() == AddressScheme.DOMAIN_NAME && asked.getAddressesCount() > 1) {
            throw new ProtocolException(
                    Code.ILLEGAL_ACCESS_POINT,
                    "a domain name is one address, the request has " + asked.getAddressesCount());
        }
        for (Address address : asked.getAddressesList()) {
            if (address.getPort() < 1 || address.getPort() > 65_535) {
                throw new ProtocolException(
                        Code.ILLEGAL_ACCESS_POINT, "port " + address.getPort() + " of the endpoint is not 1 to 65535");
            }
        }
        return Broker.newBuilder().setName(BROKER).setId(0).setEndpoints(asked).build();
    }

    private static MessageQueue queue(Resource asked, int id, TopicEntry topic, Broker broker) {
        return MessageQueue.newBuilder()
                .setTopic(asked)
                .setId(id)
                .setPermission(Permission.READ_WRITE)
                .setBroker(broker)
                .addAcceptMessageTypes(type(topic))
                .build();
    }

    private static Assignment assignment(MessageQueue queue) {
        return Assignment.newBuilder().setMessageQueue(queue).build();
    }

    private static MessageType type(TopicEntry topic) {
        return switch (topic.type()) {
            case NORMAL -> MessageType.NORMAL;
            case FIFO -> MessageType.FIFO;
            case DELAY -> MessageType.DELAY;
            case TRANSACTION -> MessageType.TRANSACTION;
        };
    }
}
