package io.pledgemq.faults.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.faults.Requests;
import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.PledgeBroker;
import io.pledgemq.faults.broker.WithBroker;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.SendReceipt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator asks clients over the administration: what their threads do, and whether a handler takes a message. */
class AskedClientIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path directory;
    private static Broker broker;

    @BeforeAll
    static void start() {
        directory = WithBroker.directory("asked");
        broker = new PledgeBroker.Setup().start(directory);
        WarmUp.of(broker);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** An answer of the administration. */
    private record Answer(int status, JsonNode body) {}

    private static Answer ask(String method, String path, String body) throws Exception {
        String credential =
                Files.readString(directory.resolve("data/admin.credential")).strip();
        HttpRequest request = Requests.to("http://" + broker.endpoint() + "/admin/v1" + path)
                .header("content-type", "application/json")
                .header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8)))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    private static Answer post(String path, Map<String, String> body) throws Exception {
        return ask("POST", path, JSON.writeValueAsString(body));
    }

    private static String clientOf(String query) throws Exception {
        AtomicReference<String> id = new AtomicReference<>("");
        Eventually.until(
                () -> {
                    JsonNode client = ask("GET", "/clients?" + query, "").body.at("/items/0");
                    id.set(client.path("id").asText());
                    return client.path("streaming").asBoolean();
                },
                () -> "no client with " + query);
        return Objects.requireNonNull(id.get());
    }

    @Test
    void aPushConsumerTellsWhatItsThreadsDo() throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        try (Official client = new Official(broker.endpoint())) {
            client.push(group, topic, new Inbox());

            Answer told = post("/clients/threads", Map.of("client", clientOf("group=" + group)));

            assertThat(told.status).as("%s", told.body).isEqualTo(200);
            assertThat(told.body.path("threads").asText()).contains("STATE: ", "AskedClientIT");
        }
    }

    @Test
    void aHandlerTriesAMessageOutAndTheOperatorSeesWhetherItSucceeded() throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        String group = broker.group(GroupKind.FRESH);
        List<String> handled = new CopyOnWriteArrayList<>();
        AtomicReference<ConsumeResult> result = new AtomicReference<>(ConsumeResult.SUCCESS);
        try (Official client = new Official(broker.endpoint())) {
            client.push(group, topic, message -> {
                handled.add(Official.body(message));
                return result.get();
            });
            SendReceipt sent = client.producer(topic).send(Official.message(topic, "again"));
            Eventually.until(() -> handled.size() == 1, () -> "handled " + handled);
            Map<String, String> trial = Map.of(
                    "client", clientOf("group=" + group),
                    "message", sent.getMessageId().toString());

            Answer good = post("/clients/verify", trial);
            result.set(ConsumeResult.FAILURE);
            Answer bad = post("/clients/verify", trial);

            assertThat(good.body.path("consumed").asBoolean())
                    .as("%s", good.body)
                    .isTrue();
            assertThat(bad.body.path("consumed").asBoolean()).as("%s", bad.body).isFalse();
            assertThat(bad.body.path("code").asText()).isEqualTo("FAILED_TO_CONSUME_MESSAGE");
            assertThat(handled).containsExactly("again", "again", "again");
        }
    }

    @Test
    void onlyAHandlerOfTheTopicIsGivenAMessageAndOnlyAConnectedClientIsAsked() throws Exception {
        String topic = broker.topic(Kind.NORMAL);
        try (Official client = new Official(broker.endpoint())) {
            Producer producer = client.producer(topic);
            String message = producer.send(Official.message(topic, "mine"))
                    .getMessageId()
                    .toString();

            Answer refused = post("/clients/verify", Map.of("client", clientOf("topic=" + topic), "message", message));
            Answer unknown = post("/clients/verify", Map.of("client", "nobody", "message", message));

            assertThat(refused.status).isEqualTo(400);
            assertThat(refused.body.path("why").asText()).contains("producer", topic);
            assertThat(unknown.status).isEqualTo(404);
        }
    }
}
