package io.pledgemq.server.http;

import io.pledgemq.server.backup.Backups;
import java.util.List;
import java.util.stream.Stream;

/** All routes of the administration. */
final class AdminRoutes {
    private AdminRoutes() {}

    static RouteTable of(AdminParts parts) {
        List<Route> routes = Stream.of(
                        new TopicRoutes(parts.engine(), parts.catalog()).routes(),
                        new GroupRoutes(parts.engine(), parts.catalog()).routes(),
                        new TransactionRoutes(parts.engine().desk()).routes(),
                        new DeadLetterRoutes(parts.engine().desk()).routes(),
                        new MessageRoutes(parts.engine().desk()).routes(),
                        new ClientRoutes(parts.clients(), parts.engine().desk()).routes(),
                        new ServerRoutes(parts).routes(),
                        new BackupRoutes(new Backups(parts.engine(), parts.config())).routes())
                .flatMap(each -> each)
                .toList();
        return new RouteTable(OpenApi.with(routes));
    }
}
