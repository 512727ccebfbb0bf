package io.pledgemq.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** RocketMQ's own configuration files. What is not named here keeps RocketMQ's default. */
final class ConfigFiles {
    static final String CLUSTER = "DefaultCluster";

    private final Settings settings;
    private final Ports ports;

    ConfigFiles(Settings settings, Ports ports) {
        this.settings = settings;
        this.ports = ports;
    }

    Path nameServer() throws IOException {
        return write(
                "namesrv.conf",
                List.of("listenPort=" + ports.nameServer(), "bindAddress=127.0.0.1", "rocketmqHome=" + home()));
    }

    Path broker() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "brokerClusterName=" + CLUSTER,
                "brokerName=broker-a",
                "brokerId=0",
                "brokerRole=ASYNC_MASTER",
                "rocketmqHome=" + home(),
                "namesrvAddr=127.0.0.1:" + ports.nameServer(),
                "bindAddress=127.0.0.1",
                "brokerIP1=127.0.0.1",
                "brokerIP2=127.0.0.1",
                "listenPort=" + ports.broker(),
                "haListenPort=" + ports.replication(),
                "storePathRootDir=" + home().resolve("store"),
                "storePathCommitLog=" + home().resolve("store/commitlog"),
                "flushDiskType=" + settings.flush() + "_FLUSH",
                // Off by default; the suite filters by SQL92 and recalls.
                "enablePropertyFilter=true",
                "recallMessageEnable=true",
                // A disk that others have filled is not what is compared.
                "diskMaxUsedSpaceRatio=95",
                "diskSpaceWarningLevelRatio=99",
                "diskSpaceCleanForciblyRatio=99"));
        if (settings.smallFiles()) {
            lines.addAll(List.of(
                    "mappedFileSizeCommitLog=" + (64 << 20),
                    "mappedFileSizeConsumeQueue=60000",
                    "mappedFileSizeTimerLog=" + (4 << 20),
                    "maxHashSlotNum=4000",
                    "maxIndexNum=1000"));
        }
        lines.addAll(settings.brokerKeys());
        return write("broker.conf", lines);
    }

    Path proxy() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("rocketMQClusterName", CLUSTER);
        values.put("proxyMode", "local");
        values.put("localServeAddr", "127.0.0.1");
        values.put("namesrvAddr", "127.0.0.1:" + ports.nameServer());
        values.put("grpcServerPort", String.valueOf(ports.grpc()));
        values.put("remotingListenPort", String.valueOf(ports.remoting()));
        if (settings.widePools()) {
            // With the default, one thread per core, that many decisions wait for the disk at a time.
            values.put("grpcTransactionThreadPoolNums", "32");
            values.put("grpcProducerThreadPoolNums", "16");
            values.put("grpcConsumerThreadPoolNums", "16");
            values.put("producerProcessorThreadPoolNums", "16");
            values.put("consumerProcessorThreadPoolNums", "16");
        }
        for (String pair : settings.proxyKeys()) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        String json = values.entrySet().stream()
                .map(value -> "  \"" + value.getKey() + "\": " + json(value.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}"));
        return write("rmq-proxy.json", List.of(json));
    }

    private static String json(String value) {
        return value.matches("-?\\d+|true|false") ? value : '"' + value + '"';
    }

    private Path home() {
        return settings.directory();
    }

    private Path write(String name, List<String> lines) throws IOException {
        Path file = home().resolve("conf").resolve(name);
        Files.createDirectories(home().resolve("conf"));
        return Files.write(file, lines);
    }
}
