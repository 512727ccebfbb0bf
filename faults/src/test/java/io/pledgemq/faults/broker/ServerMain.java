package io.pledgemq.faults.broker;

import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The process: configuration file, data directory, port. */
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) throws Exception {
        ConfigSources sources = ConfigSources.none()
                .withFile(Path.of(arguments[0]))
                .withFlag("--data", "data", arguments[1])
                .withFlag("--port", "listen.port", arguments[2]);
        try (PledgeServer server = PledgeServer.start(ConfigLoader.load(sources).config())) {
            System.out.println("ready on port " + server.port());
            new CountDownLatch(1).await();
        }
    }
}
