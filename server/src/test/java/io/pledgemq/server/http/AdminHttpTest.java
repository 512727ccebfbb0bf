package io.pledgemq.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.server.Requests;
import io.pledgemq.server.http.AdminServer.Answer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminHttpTest {

    private final Path data;
    private AdminServer server;

    AdminHttpTest(@TempDir Path data) throws Exception {
        this.data = data;
        this.server = AdminServer.start(data);
    }

    @BeforeEach
    void topicAndGroup() {
        server.engine().createTopic(new TopicConfig("orders", TopicType.NORMAL)).join();
        server.engine()
                .createTopic(new TopicConfig("payments", TopicType.TRANSACTION))
                .join();
        server.engine().putGroup(GroupConfig.of("warehouse")).join();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aTopicIsCreatedListedPagedAndDeleted() throws Exception {
        Answer created = server.call("PUT", "operator", "/topics/new", "{\"type\":\"FIFO\",\"queues\":4}");
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.at("/queues").asInt()).isEqualTo(4);

        Answer first = server.get("viewer", "/topics?limit=2");
        assertThat(names(first.at("/items"), "name")).containsExactly("%DLQ%warehouse", "new");
        Answer second = server.get(
                "viewer", "/topics?limit=2&cursor=" + first.at("/next").asText());
        assertThat(names(second.at("/items"), "name")).containsExactly("orders", "payments");
        assertThat(second.at("/next").isNull()).isTrue();

        assertThat(server.call("PUT", "operator", "/topics/new", "{\"type\":\"DELAY\"}")
                        .code())
                .isEqualTo("CONFLICT");
        assertThat(server.call("PUT", "operator", "/topics/new", "{\"type\":\"FIFO\",\"queues\":65}")
                        .status())
                .isEqualTo(400);
        assertThat(server.call("DELETE", "operator", "/topics/new?reason=unused", "")
                        .status())
                .isEqualTo(200);
        assertThat(server.get("viewer", "/topics/new").status()).isEqualTo(404);
    }

    @Test
    void theNumberOfQueuesChangesAndSurvivesARestart() throws Exception {
        server.call("PUT", "operator", "/topics/orders", "{\"type\":\"NORMAL\",\"queues\":3}");
        server.close();
        server = AdminServer.start(data);

        assertThat(server.get("viewer", "/topics/orders").at("/queues").asInt()).isEqualTo(3);
        server.call("PUT", "operator", "/topics/orders", "{\"type\":\"NORMAL\"}");
        assertThat(server.get("viewer", "/topics/orders").at("/queues").asInt())
                .as("what is not given stays")
                .isEqualTo(3);
    }

    @Test
    void aNameWithAPercentSignIsFoundByItsEscape() throws Exception {
        assertThat(server.get("viewer", "/topics/%25DLQ%25warehouse")
                        .at("/name")
                        .asText())
                .isEqualTo("%DLQ%warehouse");
    }

    @Test
    void aGroupIsMadeChangedPausedResetAndDeleted() throws Exception {
        Answer made = server.call(
                "PUT", "operator", "/groups/packers", "{\"fifo\":true,\"maxAttempts\":3,\"retry\":\"fixed:50:0\"}");
        assertThat(made.at("/group/fifo").asBoolean()).isTrue();
        assertThat(made.at("/group/retry").asText()).isEqualTo("fixed:50:0");
        Answer changed = server.call("PUT", "operator", "/groups/packers", "{\"maxAttempts\":5}");
        assertThat(changed.at("/group/maxAttempts").asInt()).isEqualTo(5);
        assertThat(changed.at("/group/fifo").asBoolean())
                .as("what is not given stays")
                .isTrue();
        assertThat(server.call("PUT", "operator", "/groups/packers", "{\"retry\":\"often\"}")
                        .status())
                .isEqualTo(400);

        server.die("orders", "warehouse", "m-1", "k-1");
        assertThat(server.post("operator", "/groups/warehouse/pause", "{}").status())
                .isEqualTo(200);
        assertThat(server.get("viewer", "/groups/warehouse").at("/group/paused").asBoolean())
                .isTrue();
        assertThat(server.post("operator", "/groups/warehouse/reset", "{\"to\":\"earliest\"}")
                        .at("/topics/0")
                        .asText())
                .isEqualTo("orders");
        Answer shown = server.get("viewer", "/groups/warehouse");
        assertThat(shown.at("/subscriptions/0/fresh").asLong()).isEqualTo(1);
        assertThat(shown.at("/group/dead").asLong()).isEqualTo(1);
        assertThat(server.post("operator", "/groups/warehouse/reset", "{\"to\":\"offset\",\"offset\":1}")
                        .status())
                .as("an offset needs a topic")
                .isEqualTo(400);
        assertThat(server.post("operator", "/groups/warehouse/resume", "").status())
                .isEqualTo(200);

        assertThat(server.call("DELETE", "operator", "/groups/warehouse", "").code())
                .isEqualTo("IN_USE");
        assertThat(server.call("DELETE", "operator", "/groups/warehouse?evenIfUnsettled=true", "")
                        .status())
                .isEqualTo(200);
        assertThat(server.get("viewer", "/groups/warehouse").code()).isEqualTo("UNKNOWN_GROUP");
    }

    @Test
    void aHalfMessageIsListedCheckedAndDecidedOnce() throws Exception {
        server.prepare("payments", "p-1", "order-1");
        server.prepare("payments", "p-2", "order-2");

        assertThat(names(server.get("viewer", "/transactions?key=order-2").at("/items"), "id"))
                .containsExactly("p-2");
        assertThat(server.get("viewer", "/transactions?topic=orders").at("/items"))
                .isEmpty();
        assertThat(server.get("viewer", "/transactions?parked=true").at("/items"))
                .isEmpty();
        assertThat(server.get("viewer", "/transactions/p-1")
                        .at("/history/0/event")
                        .asText())
                .isEqualTo("prepare");
        assertThat(server.post("operator", "/transactions/check", "{\"ids\":[\"p-1\"]}")
                        .at("/done")
                        .asInt())
                .isEqualTo(1);

        assertThat(server.post("operator", "/transactions/commit", "{\"ids\":[\"p-1\"]}")
                        .status())
                .as("a reason is needed")
                .isEqualTo(400);
        Answer decided = server.post(
                "operator", "/transactions/commit", "{\"ids\":[\"p-1\",\"p-9\"],\"reason\":\"order-1 was paid\"}");
        assertThat(decided.at("/done").asInt()).isEqualTo(1);
        assertThat(decided.at("/notFound").asInt()).isEqualTo(1);
        assertThat(server.post("operator", "/transactions/rollback", "{\"ids\":[\"p-1\"],\"reason\":\"oh\"}")
                        .at("/notFound")
                        .asInt())
                .isEqualTo(1);

        Answer message = server.get("viewer", "/messages/p-1");
        assertThat(message.at("/message/status").asText()).isEqualTo("committed");
        assertThat(names(message.at("/history"), "event")).contains("prepare", "check-again", "decide");
        assertThat(message.at("/history").toString()).contains("operator").contains("order-1 was paid");
    }

    @Test
    void pagesOfHalfMessagesHoldEachOnce() throws Exception {
        for (int i = 0; i < 7; i++) {
            server.prepare("payments", "p-" + i, "order-" + (i % 2));
        }

        Answer first = server.get("viewer", "/transactions?limit=3&key=order-0");
        Answer second = server.get(
                "viewer",
                "/transactions?limit=3&key=order-0&cursor=" + first.at("/next").asText());

        assertThat(names(first.at("/items"), "id")).containsExactly("p-0", "p-2", "p-4");
        assertThat(names(second.at("/items"), "id")).containsExactly("p-6");
        assertThat(second.at("/next").isNull()).isTrue();
    }

    @Test
    void deadLettersAreRetriedEditedAndSkipped() throws Exception {
        for (int i = 1; i <= 3; i++) {
            server.die("orders", "warehouse", "m-" + i, "k-" + i);
        }

        Answer listed = server.get("viewer", "/dead-letters?group=warehouse&status=open");
        assertThat(names(listed.at("/items"), "id")).containsExactly("m-1", "m-2", "m-3");
        assertThat(listed.at("/items/0/reason").asText()).contains("no shelf");
        assertThat(listed.body().toString()).doesNotContain("dead body");

        Answer retried = server.post(
                "operator", "/dead-letters/retry", "{\"ids\":[\"m-1\",\"m-9\"],\"reason\":\"shelf is there\"}");
        assertThat(names(retried.at("/results"), "result")).containsExactly("done", "not-found");
        assertThat(server.post("operator", "/dead-letters/skip", "{\"ids\":[\"m-1\"],\"reason\":\"no\"}")
                        .at("/results/0/code")
                        .asText())
                .isEqualTo("NOT_OPEN");
        String edited = Base64.getEncoder().encodeToString("better".getBytes(StandardCharsets.UTF_8));
        assertThat(server.post(
                                "operator",
                                "/dead-letters/edit",
                                "{\"id\":\"m-2\",\"body\":\"" + edited + "\",\"reason\":\"typo\"}")
                        .at("/done")
                        .asInt())
                .isEqualTo(1);
        assertThat(server.post("operator", "/dead-letters/compensate", "{\"ids\":[\"m-3\"],\"reason\":\"gone\"}")
                        .at("/done")
                        .asInt())
                .isEqualTo(1);
        assertThat(server.get("viewer", "/dead-letters/m-3")
                        .at("/deadLetters/0/status")
                        .asText())
                .isEqualTo("compensating");
        assertThat(server.post("operator", "/dead-letters/close", "{\"ids\":[\"m-3\",\"m-2\"],\"reason\":\"undone\"}")
                        .at("/results")
                        .findValuesAsText("result"))
                .containsExactlyInAnyOrder("done", "refused");
        assertThat(server.get("viewer", "/dead-letters/m-3").status()).isEqualTo(404);
    }

    @Test
    void messagesAreFoundAndOnlyWhoMayReadsABody() throws Exception {
        server.die("orders", "warehouse", "m-1", "k-1");

        assertThat(names(server.get("viewer", "/messages?key=k-1").at("/items"), "id"))
                .containsExactly("m-1");
        assertThat(names(
                        server.get("viewer", "/messages?topic=orders&from=2020-01-01T00:00:00Z")
                                .at("/items"),
                        "id"))
                .containsExactly("m-1");
        assertThat(server.get("viewer", "/messages?topic=orders&to=2020-01-01T00:00:00Z")
                        .at("/items"))
                .isEmpty();
        assertThat(server.get("viewer", "/messages").status()).isEqualTo(400);
        assertThat(server.get("viewer", "/messages/m-1").body().toString()).doesNotContain("dead body");

        assertThat(server.get("operator", "/messages/m-1/body").status()).isEqualTo(403);
        String body = server.get("boss", "/messages/m-1/body").at("/body").asText();
        assertThat(new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8))
                .isEqualTo("dead body");
        assertThat(server.audit()).anyMatch(line -> line.contains("message.body") && line.contains("boss"));
        assertThat(server.audit()).noneMatch(line -> line.contains("dead body"));
    }

    @Test
    void aGrantShowsAndChangesItsOwnOnly() throws Exception {
        server.engine()
                .createTopic(new TopicConfig("own-orders", TopicType.TRANSACTION))
                .join();
        server.prepare("own-orders", "o-1", "k");
        server.prepare("payments", "p-1", "k");

        assertThat(names(server.get("clerk", "/topics").at("/items"), "name")).containsExactly("own-orders");
        assertThat(names(server.get("clerk", "/transactions").at("/items"), "id"))
                .containsExactly("o-1");
        assertThat(server.get("clerk", "/topics/orders").status()).isEqualTo(403);
        assertThat(server.get("clerk", "/transactions/p-1").status()).isEqualTo(403);
        assertThat(server.get("clerk", "/server").status()).isEqualTo(403);
        Answer decided =
                server.post("clerk", "/transactions/rollback", "{\"ids\":[\"o-1\",\"p-1\"],\"reason\":\"test\"}");
        assertThat(names(decided.at("/results"), "result")).containsExactly("done", "refused");
        assertThat(decided.at("/results/1/code").asText()).isEqualTo("FORBIDDEN");
    }

    @Test
    void everyChangeAndRefusalIsInTheAuditLog() throws Exception {
        server.prepare("payments", "p-1", "order-1");
        server.post("operator", "/transactions/commit", "{\"ids\":[\"p-1\",\"p-9\"],\"reason\":\"paid in cash\"}");
        server.call("PUT", "operator", "/topics/new", "{\"type\":\"FIFO\"}");
        server.post("viewer", "/groups/warehouse/pause", "{}");
        server.send(server.request("/topics").GET());

        List<String> lines = server.audit();
        assertThat(lines).anyMatch(line -> has(line, "operator", "tx.commit", "p-1", "asked", "paid in cash"));
        assertThat(lines).anyMatch(line -> has(line, "operator", "tx.commit", "p-1", "done", "127.0.0.1"));
        assertThat(lines).anyMatch(line -> has(line, "operator", "tx.commit", "p-9", "failed"));
        assertThat(lines).anyMatch(line -> has(line, "operator", "topic.create", "/topics/new", "done", "FIFO"));
        assertThat(lines).anyMatch(line -> has(line, "viewer", "group.pause", "refused"));
        assertThat(lines).anyMatch(line -> has(line, "/topics", "refused", "no credential"));
        assertThat(lines).noneMatch(line -> line.contains(AdminServer.SECRET));
    }

    @Test
    void bothVersionsOfHttpAreServedFromTheFirstRequestOn() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpRequest request = server.request("/server")
                    .version(version)
                    .header("authorization", AdminServer.basic("viewer", AdminServer.SECRET))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .as(version.name())
                    .isEqualTo(200);
        }
    }

    @Test
    void aWebPageCanDoNothing() throws Exception {
        HttpRequest.Builder foreign = server.request("/groups/warehouse/pause")
                .header("authorization", AdminServer.basic("boss", AdminServer.SECRET))
                .header("content-type", "application/json")
                .header("origin", "http://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
        assertThat(server.send(foreign).code()).isEqualTo("FOREIGN_PAGE");

        HttpRequest.Builder form = server.request("/groups/warehouse/pause")
                .header("authorization", AdminServer.basic("boss", AdminServer.SECRET))
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
        assertThat(server.send(form).code()).isEqualTo("FOREIGN_PAGE");
        assertThat(server.get("viewer", "/groups/warehouse").at("/group/paused").asBoolean())
                .isFalse();
    }

    @Test
    void badInputIsToldWithWhatWhyAndNext() throws Exception {
        List<Answer> answers = List.of(
                server.post("boss", "/transactions/commit", "{\"ids\":[\"a\"],\"reason\":\"x\",\"force\":true}"),
                server.post("boss", "/transactions/commit", "{\"ids\":[\"a\"],\"reason\":\"  \"}"),
                server.post("boss", "/transactions/commit", "{\"ids\":[],\"reason\":\"x\"}"),
                server.post("boss", "/transactions/commit", "{\"ids\":[\"a\",\"a\"],\"reason\":\"x\"}"),
                server.post("boss", "/transactions/commit", "{\"ids\":\"a\",\"reason\":\"x\"}"),
                server.post("boss", "/transactions/commit", "[1]"),
                server.post("boss", "/transactions/commit", "{\"ids\":"),
                server.post("boss", "/transactions/commit", "{\"reason\":\"x\",\"reason\":\"y\"}"),
                server.get("boss", "/topics?limit=0"),
                server.get("boss", "/topics?limit=501"),
                server.get("boss", "/topics?limit=-1"),
                server.get("boss", "/topics?limit=99999999999999999999"),
                server.get("boss", "/topics?size=1"),
                server.get("boss", "/transactions?cursor=x"),
                server.get("boss", "/transactions?cursor=99999999999"),
                server.get("boss", "/transactions?before=yesterday"),
                server.get("boss", "/transactions?before=+999999999-01-01T00:00:00Z"),
                server.get("boss", "/topics/a.b"),
                server.get("boss", "/topics/a%2fb"));

        for (Answer answer : answers) {
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("ILLEGAL_ARGUMENT");
            assertThat(answer.at("/what").asText()).isNotBlank();
            assertThat(answer.at("/why").asText()).isNotBlank();
            assertThat(answer.at("/next").asText()).isNotBlank();
        }
        assertThat(server.get("boss", "/topics/..%2f..%2fetc").status()).isEqualTo(400);
        assertThat(server.get("boss", "/nothing").status()).isEqualTo(404);
        assertThat(server.post("boss", "/topics", "{}").status()).isEqualTo(405);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedUnread() throws Exception {
        String large = "{\"reason\":\"" + "x".repeat(1 << 20) + "\"}";
        for (HttpClient.Version version : HttpClient.Version.values()) {
            assertThat(server.get("viewer", "/server").status())
                    .as("the connection is one of HTTP/2 from here on")
                    .isEqualTo(200);
            HttpRequest.Builder known = server.request("/groups/warehouse/pause")
                    .version(version)
                    .header("authorization", AdminServer.basic("boss", AdminServer.SECRET))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(large));
            assertThat(server.send(known).code()).as(version.name()).isEqualTo("BODY_TOO_LARGE");

            HttpRequest.Builder stranger = server.request("/groups/warehouse/pause")
                    .version(version)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(large));
            assertThat(server.send(stranger).status()).as(version.name()).isEqualTo(401);
        }
        assertThat(server.get("viewer", "/groups/warehouse").at("/group/paused").asBoolean())
                .isFalse();
    }

    @Test
    void whoIsNotLetInLearnsWhyByACode() throws Exception {
        assertThat(server.send(server.request("/server").GET()).code()).isEqualTo("CREDENTIAL_MISSING");
        assertThat(withAuthorization("Bearer x").code()).isEqualTo("CREDENTIAL_MALFORMED");
        assertThat(withAuthorization(AdminServer.basic("viewer", "wrong secret"))
                        .code())
                .isEqualTo("CREDENTIAL_WRONG");
    }

    private Answer withAuthorization(String value) throws Exception {
        return server.send(
                server.request("/server").header("authorization", value).GET());
    }

    @Test
    void whoOpensThePortInABrowserIsToldWhatItIs() throws Exception {
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(Requests.to(server.endpoint() + "/").build(), HttpResponse.BodyHandlers.ofString());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
        assertThat(page.body()).contains("PledgeMQ", "/admin/v1/openapi.json");
    }

    @Test
    void theStatusTellsWhatIsThere() throws Exception {
        server.prepare("payments", "p-1", "k");
        server.die("orders", "warehouse", "m-1", "k");

        JsonNode status = server.get("viewer", "/server").body();

        assertThat(status.get("healthy").asBoolean())
                .as("an open dead letter needs a person")
                .isFalse();
        assertThat(names(status.get("attention"), "code")).contains("dead-letters");
        assertThat(status.get("data").asText()).isEqualTo(data.toString());
        assertThat(status.get("undecided").asInt()).isEqualTo(1);
        assertThat(status.get("dead").asInt()).isEqualTo(1);
        assertThat(status.get("forces").asLong()).isPositive();
        assertThat(status.get("diskFreeBytes").asLong()).isPositive();
    }

    private static boolean has(String line, String... words) {
        return List.of(words).stream().allMatch(line::contains);
    }

    private static List<String> names(JsonNode items, String field) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.get(field).asText())
                .toList();
    }
}
