package io.pledgemq.sdk;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Runs every suite of the contract against one kind of database. */
abstract class ContractTest
        implements SendingContract,
                OutboxContract,
                OutboxDeskContract,
                EngineAwayContract,
                CheckingContract,
                ConsumingContract,
                FailingHandlerContract,
                ClosingContract,
                CleanupContract,
                CompensationContract,
                IdentityContract,
                EndedTransactionContract,
                SchemaContract,
                LimitsContract,
                FifoOrderContract {
    private final List<World> worlds = new ArrayList<>();

    abstract DatabaseKind kind() throws Exception;

    @BeforeEach
    void open() throws Exception {
        worlds.add(new World(kind()));
    }

    @AfterEach
    void close() throws SQLException {
        for (World world : worlds) {
            world.close();
        }
    }

    @Override
    public World world() {
        return worlds.get(0);
    }

    @Override
    public World otherWorld() throws SQLException {
        World other = new World(world().kind, world().transport);
        worlds.add(other);
        return other;
    }
}
