package io.pledgemq.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.apache.rocketmq.namesrv.NamesrvStartup;
import org.apache.rocketmq.proxy.ProxyStartup;

/**
 * Apache RocketMQ in this process: name server, broker, and the proxy in local mode. It keeps much in static fields, so
 * there is one in a process, and it ends with the process: SIGTERM stops it in order, kill -9 is a crash.
 */
public final class RocketMqMain {
    private RocketMqMain() {}

    public static void main(String[] arguments) throws Exception {
        Settings settings;
        Stock stock;
        try {
            settings = Settings.parse(List.of(arguments));
            stock = Stock.parse(standardInput());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Settings.USAGE);
            System.exit(2);
            return;
        }
        Files.createDirectories(settings.directory());
        // Before any class of RocketMQ reads them; its logs go below the home directory of the user.
        String home = settings.directory().toString();
        System.setProperty("user.home", home);
        System.setProperty("rocketmq.home.dir", home);
        System.setProperty("RMQ_PROXY_HOME", home);
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
            // Its threads would keep the process alive, and its shutdown hooks the caller waiting for minutes.
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        start(settings, stock);
    }

    private static void start(Settings settings, Stock stock) throws Exception {
        Ports ports = Ports.of(settings.directory(), settings.port());
        ConfigFiles files = new ConfigFiles(settings, ports);
        NamesrvStartup.main0(new String[] {"-c", files.nameServer().toString()});
        ProxyStartup.main(new String[] {
            "-pm",
            "local",
            "-pc",
            files.proxy().toString(),
            "-bc",
            files.broker().toString(),
            "-n",
            "127.0.0.1:" + ports.nameServer()
        });
        stock.create(ports);
        if (!stock.anyTopic().isEmpty()) {
            Readiness.await(ports.grpc(), stock.anyTopic());
        }
        System.out.println("ready on port " + ports.grpc());
    }

    private static List<String> standardInput() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
