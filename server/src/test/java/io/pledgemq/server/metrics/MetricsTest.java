package io.pledgemq.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.FilterExpression;
import io.pledgemq.rpc.v2.FilterType;
import io.pledgemq.rpc.v2.Message;
import io.pledgemq.rpc.v2.MessageQueue;
import io.pledgemq.rpc.v2.MessageType;
import io.pledgemq.rpc.v2.MessagingServiceGrpc;
import io.pledgemq.rpc.v2.ReceiveMessageRequest;
import io.pledgemq.rpc.v2.Resource;
import io.pledgemq.rpc.v2.SendMessageRequest;
import io.pledgemq.rpc.v2.SystemProperties;
import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Requests;
import io.pledgemq.server.Running;
import io.pledgemq.server.Sockets;
import io.pledgemq.server.access.AdminCredential;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus sees, and that the documents name exactly that. */
class MetricsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Path ROOT = Path.of("..");

    @TempDir
    Path directory;

    private static HttpResponse<String> scrape(int port, String... headers) throws Exception {
        HttpRequest.Builder request = Requests.to("http://127.0.0.1:" + port + "/metrics");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void traffic(int port) {
        var client = GrpcClients.builder("gproto+http://127.0.0.1:" + port)
                .setHeader("x-mq-client-id", "metrics-test")
                .responseTimeout(Duration.ofSeconds(60))
                .build(MessagingServiceGrpc.MessagingServiceBlockingStub.class);
        Resource topic = Resource.newBuilder().setName("plain").build();
        var sent = client.sendMessage(SendMessageRequest.newBuilder()
                .addMessages(Message.newBuilder()
                        .setTopic(topic)
                        .setBody(ByteString.copyFromUtf8("body"))
                        .setSystemProperties(SystemProperties.newBuilder()
                                .setMessageId("01A0B1C2D3E4F5061800000000000000AB")
                                .setMessageType(MessageType.NORMAL)))
                .build());
        assertThat(sent.getStatus().getCode()).isEqualTo(Code.OK);
        var received = client.receiveMessage(ReceiveMessageRequest.newBuilder()
                .setGroup(Resource.newBuilder().setName("readers"))
                .setMessageQueue(MessageQueue.newBuilder().setTopic(topic))
                .setFilterExpression(
                        FilterExpression.newBuilder().setType(FilterType.TAG).setExpression("*"))
                .setBatchSize(1)
                .setInvisibleDuration(com.google.protobuf.Duration.newBuilder().setSeconds(30))
                .setLongPollingTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                .build());
        received.forEachRemaining(answer -> {});
    }

    private PledgeServer server(String... yaml) throws Exception {
        List<String> all = new ArrayList<>(List.of("  - name: plain", "    type: normal"));
        all.addAll(List.of(yaml));
        return PledgeServer.start(Running.config(directory, all.toArray(String[]::new)));
    }

    private static Map<String, String> families(String page) {
        Map<String, String> families = new TreeMap<>();
        Matcher matcher = TYPE.matcher(page);
        while (matcher.find()) {
            families.put(matcher.group(1), matcher.group(2));
        }
        return families;
    }

    /** Rows {@code | `name` | type | ...} of the document. */
    private static Map<String, String> documented() throws Exception {
        Map<String, String> rows = new TreeMap<>();
        Matcher matcher = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| ([a-z]+) \\|")
                .matcher(Files.readString(ROOT.resolve("docs/metrics.md")));
        while (matcher.find()) {
            rows.put(matcher.group(1), matcher.group(2));
        }
        return rows;
    }

    @Test
    void theDocumentNamesExactlyWhatIsScraped() throws Exception {
        try (PledgeServer server = server()) {
            traffic(server.port());
            scrape(server.port());
            HttpResponse<String> page = scrape(server.port());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
            Map<String, String> scraped = families(page.body());
            assertThat(documented()).containsAllEntriesOf(scraped);
            // The others depend on the JVM.
            assertThat(scraped.keySet())
                    .containsAll(documented().keySet().stream()
                            .filter(name -> name.startsWith("pledgemq_"))
                            .toList());
            assertThat(page.body())
                    .contains("pledgemq_topic_stored_total{topic=\"plain\",type=\"normal\"} 1.0")
                    .contains("pledgemq_delivered_total{group=\"readers\",topic=\"plain\"}")
                    .contains("pledgemq_rpc_seconds_count{code=\"OK\",rpc=\"SendMessage\"} 1")
                    .contains("pledgemq_engine_up 1.0");
            assertThat(value(page.body(), "pledgemq_force_seconds_count")).isPositive();
            assertThat(value(page.body(), "pledgemq_force_seconds_sum")).isPositive();
        }
    }

    private static double value(String page, String series) {
        return page.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyAlertRuleUsesMetricsThatExist() throws Exception {
        Set<String> known = new TreeSet<>();
        documented().forEach((name, type) -> {
            known.add(name);
            if (type.equals("histogram")) {
                known.addAll(List.of(name + "_bucket", name + "_count", name + "_sum"));
            }
        });
        Set<String> used = new TreeSet<>();
        String rules = Files.readString(ROOT.resolve("ops/prometheus-rules.yml"));
        Matcher matcher = Pattern.compile("\\b(pledgemq|jvm|process|system)_[a-z_]+")
                .matcher(rules.lines()
                        .filter(line -> line.strip().startsWith("expr:"))
                        .toList()
                        .toString());
        while (matcher.find()) {
            used.add(matcher.group());
        }
        assertThat(used).isNotEmpty();
        assertThat(known).containsAll(used);
    }

    @Test
    void strangersGetNoFigures() throws Exception {
        try (PledgeServer server = server()) {
            AdminCredential credential =
                    AdminCredential.read(directory.resolve("data").resolve(AdminCredential.FILE_NAME));
            assertThat(scrape(server.port(), "authorization", "Basic d3Jvbmc6d3Jvbmc=")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(scrape(server.port(), "authorization", credential.authorizationHeader())
                            .statusCode())
                    .isEqualTo(200);
            // A page whose own name was made to point here.
            assertThat(rawStatus(server.port(), "evil.example")).isEqualTo(403);
            assertThat(rawStatus(server.port(), "localhost")).isEqualTo(200);
        }
    }

    private static int rawStatus(int port, String host) throws Exception {
        try (var socket = Sockets.open(port)) {
            socket.getOutputStream()
                    .write(("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void whatIsOverTheLimitOfRowsSharesOne() {
        List<TopicView> topics = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            topics.add(new TopicView("topic-" + i, TopicType.NORMAL, 8, 10, 1, 0, 2, 0, 1));
        }
        var stats = new EngineStats(
                1000,
                topics,
                List.of(),
                new EngineStats.Undecided(0, 0, 0, 0),
                0,
                0,
                0,
                0,
                0,
                false,
                Limits.Rows.DEFAULT);
        MetricSnapshot stored = new EngineMetrics(stats, 3)
                .families()
                .map(Family::snapshot)
                .filter(family -> family.getMetadata().getName().equals("pledgemq_topic_stored"))
                .findFirst()
                .orElseThrow();
        assertThat(stored.getDataPoints())
                .extracting(point -> point.getLabels().get("topic"))
                .containsExactlyInAnyOrder("topic-0", "topic-1", "topic-2", EngineMetrics.OTHER);
        assertThat(((CounterSnapshot) stored).getDataPoints())
                .filteredOn(
                        point -> EngineMetrics.OTHER.equals(point.getLabels().get("topic")))
                .extracting(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .containsExactly(20.0);
    }

    @Test
    void aValueOnABoundIsInItsBucket() {
        Buckets buckets = new Buckets(10, 20);
        buckets.count(10);
        buckets.count(11);
        buckets.count(21);
        var data = buckets.snapshot("x", "help", 1).getDataPoints().get(0);
        assertThat(data.getClassicBuckets().getCount(0)).isEqualTo(1);
        assertThat(data.getClassicBuckets().getCount(1)).isEqualTo(1);
        assertThat(data.getClassicBuckets().getCount(2)).isEqualTo(1);
        assertThat(data.getSum()).isEqualTo(42);
    }
}
