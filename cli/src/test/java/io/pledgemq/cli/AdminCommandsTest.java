package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.server.http.AdminServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line against a server that runs. */
class AdminCommandsTest {

    private final Path directory;
    private final AdminServer server;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    AdminCommandsTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        Path data = Files.createDirectory(directory.resolve("data"));
        this.server = AdminServer.start(data);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void topicsAreCreatedListedShownAndDeleted() throws Exception {
        assertThat(run("topic", "create", "orders", "--type", "transaction", "--queues", "4"))
                .isZero();
        assertThat(run("topic", "list")).isZero();
        assertThat(out.toString()).contains("orders").contains("TRANSACTION");
        assertThat(run("topic", "show", "orders", "-o", "json")).isZero();
        assertThat(json().get("queues").asInt()).isEqualTo(4);

        assertThat(run("topic", "create", "orders", "--type", "FIFO")).isEqualTo(4);
        assertThat(err.toString()).contains("CONFLICT").contains("why:").contains("next:");
        assertThat(run("topic", "delete", "orders")).isEqualTo(2);
        assertThat(err.toString()).contains("--yes");
        assertThat(run("topic", "delete", "orders", "--yes")).isZero();
        assertThat(run("topic", "show", "orders")).isEqualTo(3);
        assertThat(err.toString()).contains("there is no topic 'orders'");
        assertThat(run("topic", "create", "a.b", "--type", "FIFO")).isEqualTo(2);
    }

    @Test
    void groupsAreCreatedPausedResetAndDeleted() throws Exception {
        run("topic", "create", "orders", "--type", "NORMAL");
        assertThat(run("group", "create", "packers", "--fifo", "--max-attempts", "3", "--retry", "fixed:50:0"))
                .isZero();
        server.die("orders", "packers", "m-1", "k-1");
        assertThat(run("group", "pause", "packers", "--reason", "stocktaking")).isZero();
        assertThat(run("group", "show", "packers")).isZero();
        assertThat(out.toString()).contains("paused            true").contains("orders");
        assertThat(run("group", "resume", "packers")).isZero();
        assertThat(run("group", "reset", "packers", "--to", "earliest", "--yes"))
                .isZero();
        assertThat(run("group", "list", "-o", "json")).isZero();
        assertThat(json().get("lag").asInt()).isEqualTo(1);
        assertThat(json().get("fifo").asBoolean()).isTrue();
        assertThat(run("group", "reset", "packers", "--to", "2021-03-09T19:54:45Z", "--yes"))
                .isZero();
        assertThat(run("group", "reset", "packers", "--to", "yesterday", "--yes"))
                .isEqualTo(2);
        assertThat(run("group", "delete", "packers", "--yes")).isEqualTo(4);
        assertThat(err.toString()).contains("--even-if-unsettled");
        assertThat(run("group", "unsubscribe", "packers", "orders", "--even-if-unsettled", "--yes"))
                .isZero();
        assertThat(run("group", "delete", "packers", "--yes")).isZero();
        assertThat(server.audit()).anyMatch(line -> line.contains("group.pause") && line.contains("stocktaking"));
    }

    @Test
    void halfMessagesAreDecidedWithAReason() throws Exception {
        run("topic", "create", "payments", "--type", "TRANSACTION");
        server.prepare("payments", "p-1", "order-1");
        server.prepare("payments", "p-2", "order-2");

        assertThat(run("tx", "list", "--key", "order-2")).isZero();
        assertThat(out.toString()).contains("p-2").doesNotContain("p-1");
        assertThat(run("tx", "show", "p-1")).isZero();
        assertThat(out.toString()).contains("undecided").contains("prepare");
        assertThat(run("tx", "check", "p-1")).isZero();
        assertThat(run("tx", "commit", "p-1")).isEqualTo(2);
        assertThat(run("tx", "commit", "p-1", "--reason", "paid in cash")).isZero();
        assertThat(out.toString()).contains("p-1 done");
        assertThat(run("tx", "rollback", "p-2", "p-9", "--reason", "never paid"))
                .isEqualTo(3);
        assertThat(out.toString()).contains("p-2 done").contains("p-9 not-found");

        assertThat(run("message", "show", "p-1")).isZero();
        assertThat(out.toString()).contains("committed").contains("paid in cash");
    }

    @Test
    void deadLettersOfARunningServerAreSettled() throws Exception {
        run("topic", "create", "orders", "--type", "NORMAL");
        run("group", "create", "warehouse");
        for (int i = 1; i <= 4; i++) {
            server.die("orders", "warehouse", "m-" + i, "k-" + i);
        }

        assertThat(run("dead", "list", "--status", "OPEN")).isZero();
        assertThat(out.toString()).contains("m-1").contains("no shelf");
        assertThat(run("dead", "retry", "m-1", "m-2", "--reason", "shelf is there"))
                .isZero();
        assertThat(out.toString()).contains("m-1 (group warehouse) done");
        assertThat(run("dead", "skip", "m-1", "--reason", "again")).isEqualTo(4);
        assertThat(out.toString()).contains("is not open", "./pledgemq dead show m-1");
        Path body = Files.writeString(directory.resolve("body"), "better");
        assertThat(run("dead", "edit", "m-3", "--body", body.toString(), "--reason", "typo"))
                .isZero();
        assertThat(run("dead", "show", "m-3")).isZero();
        assertThat(out.toString()).contains("redriving").contains("typo");
        assertThat(run("dead", "compensate", "m-4", "--reason", "sold out")).isZero();
        assertThat(run("dead", "show", "m-4")).isZero();
        assertThat(out.toString()).contains("compensating").contains("sold out");
        assertThat(run("dead", "skip", "m-4")).isEqualTo(2);
        assertThat(err.toString()).contains("--reason=TEXT");
    }

    @Test
    void aServerAndItsStoppedDirectoryAnswerDeadLettersWithTheSameFieldsAndColumns() throws Exception {
        Path data = Files.createDirectory(directory.resolve("both"));
        String key = "é".repeat(4000) + "\u001b[31m";
        List<String> ofServer = new ArrayList<>();
        try (AdminServer both = AdminServer.start(data)) {
            both.topic("orders");
            for (int i = 1; i <= 3; i++) {
                both.die("orders", "warehouse", "m-" + i, i == 1 ? key : "k-" + i);
            }
            for (String format : List.of("table", "json")) {
                ofServer.add(answer("dead", "list", "-o", format, "--endpoint", both.endpoint(), "--data", data + ""));
                ofServer.add(answer(
                        "dead", "show", "m-1", "-o", format, "--endpoint", both.endpoint(), "--data", data + ""));
            }
            ofServer.add(settled("m-2", data, "--endpoint", both.endpoint()));
            assertThat(execute("dead", "show", "m-1", "--body", "--endpoint", both.endpoint()))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("./pledgemq message body m-1");
        }
        List<String> offline = new ArrayList<>();
        for (String format : List.of("table", "json")) {
            offline.add(answer("dead", "list", "-o", format, "--data", data + ""));
            offline.add(answer("dead", "show", "m-1", "-o", format, "--data", data + ""));
        }
        offline.add(settled("m-3", data));

        assertThat(offline.get(0).lines()).as("m-2 was settled").hasSize(3);
        assertThat(offline.get(0).lines().limit(2).toList())
                .isEqualTo(ofServer.get(0).lines().limit(2).toList());
        assertThat(offline.get(1)).isEqualTo(ofServer.get(1));
        assertThat(offline.get(2).lines().findFirst())
                .isEqualTo(ofServer.get(2).lines().findFirst());
        assertThat(offline.get(3)).isEqualTo(ofServer.get(3));
        assertThat(offline.get(4)).isEqualTo(ofServer.get(4).replace("m-2", "m-3"));
        assertThat(offline.get(0).lines()).as("the table holds").allMatch(line -> line.length() < 250);
        assertThat(offline.get(0)).contains("ééé…").doesNotContain("\u001b");
    }

    private String answer(String... arguments) {
        assertThat(execute(arguments)).as(String.join(" ", arguments)).isZero();
        return out.toString();
    }

    /** What is printed of one that is skipped, of one that is not open any more, and of one that is none; as JSON. */
    private String settled(String message, Path data, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("dead", "skip", message, "m-9", "-o", "json"));
        arguments.addAll(List.of("--reason", "seen", "--data", data.toString()));
        arguments.addAll(List.of(more));
        assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(3);
        StringBuilder lines = new StringBuilder();
        for (String line : out.toString().lines().toList()) {
            JsonNode answer = new ObjectMapper().readTree(line);
            List<String> fields = new ArrayList<>();
            answer.fieldNames().forEachRemaining(fields::add);
            lines.append(fields)
                    .append(answer.at("/id"))
                    .append(answer.at("/result"))
                    .append(answer.at("/code"));
        }
        return lines.toString();
    }

    @Test
    void theDirectoryOfARunningServerIsLeftToTheServer() {
        assertThat(execute("dead", "list", "--data", server.data().toString())).isEqualTo(1);
        assertThat(err.toString()).contains("--endpoint").contains("next:");
    }

    @Test
    void messagesAreFoundAndTheirBodiesWritten() throws Exception {
        run("topic", "create", "orders", "--type", "NORMAL");
        run("group", "create", "warehouse");
        server.die("orders", "warehouse", "m-1", "k-1");

        assertThat(run("message", "find", "--key", "k-1", "-o", "json")).isZero();
        assertThat(json().get("id").asText()).isEqualTo("m-1");
        assertThat(run("message", "find")).isEqualTo(2);
        assertThat(run("message", "body", "m-1")).isZero();
        assertThat(out.toString()).contains("property          Size=XL").doesNotContain("size");
        Path file = directory.resolve("written");
        assertThat(run("message", "body", "m-1", "--to-file", file.toString())).isZero();
        assertThat(file).hasContent("dead body");
        assertThat(run("message", "body", "m-1", "--to-file", file.toString())).isEqualTo(1);
    }

    @Test
    void theServerTellsItsState() throws Exception {
        assertThat(run("server", "status", "-o", "json")).isZero();
        assertThat(json().get("healthy").asBoolean()).isTrue();
        assertThat(run("client", "list")).isZero();
        assertThat(out.toString()).startsWith("id");
    }

    @Test
    void theStatusListsWhatNeedsAPersonWithTheCommandThatShowsIt() throws Exception {
        run("topic", "create", "orders", "--type", "NORMAL");
        run("group", "create", "warehouse");
        server.die("orders", "warehouse", "m-1", "k-1");

        assertThat(run("server", "status")).isEqualTo(10);
        assertThat(out.toString())
                .contains("healthy           false", "dead-letters", "open dead letters of the groups warehouse")
                .contains("./pledgemq dead list --status open");
        assertThat(run("server", "status", "-o", "json")).isEqualTo(10);
        assertThat(json().at("/attention/0/code").asText()).isEqualTo("dead-letters");
        assertThat(json().at("/attention/0/count").asInt()).isEqualTo(1);
        assertThat(json().at("/problems").size()).isEqualTo(1);
        run("dead", "skip", "m-1", "--reason", "seen");
        assertThat(run("server", "status")).isZero();
    }

    @Test
    void aUserComesWithASecretFromAFile() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), AdminServer.SECRET + "\n");

        assertThat(asUser("viewer", secret, "topic", "list")).isZero();
        assertThat(asUser("viewer", secret, "topic", "create", "t", "--type", "FIFO"))
                .isEqualTo(4);
        assertThat(err.toString()).contains("admin-write");
        Files.writeString(secret, "wrong");
        assertThat(asUser("viewer", secret, "topic", "list")).isEqualTo(4);
        assertThat(err.toString()).contains("unknown user or wrong secret");
        assertThat(execute("topic", "list", "--endpoint", server.endpoint(), "--user", "viewer"))
                .isEqualTo(2);
    }

    @Test
    void secretsGoToThisMachineOrThroughTlsOnly() {
        assertThat(execute("topic", "list", "--endpoint", "http://192.0.2.1:8081"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("use https");
        assertThat(execute("topic", "list", "--endpoint", "https://192.0.2.1:8081"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("admin.credential never leaves");
        assertThat(execute("topic", "list", "--endpoint", "ftp://127.0.0.1")).isEqualTo(2);
    }

    @Test
    void aServerThatIsNotThereIsToldWithWhatToDo() {
        assertThat(execute(
                        "topic",
                        "list",
                        "--endpoint",
                        "http://127.0.0.1:1",
                        "--data",
                        server.data().toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("Cannot call the server", "nothing listens there", "./pledgemq server");
    }

    @Test
    void anEndpointMayBeWhatMessagingClientsAreGiven() throws Exception {
        String hostAndPort = server.endpoint().replace("http://", "");
        assertThat(hostAndPort).doesNotContain("/");

        assertThat(execute(
                        "topic",
                        "list",
                        "--endpoint",
                        hostAndPort,
                        "--data",
                        server.data().toString()))
                .isZero();
        assertThat(execute(
                        "topic",
                        "list",
                        "--endpoint",
                        "not a host",
                        "--data",
                        server.data().toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("it is no URL of a server", "--endpoint");
    }

    @Test
    void aCertificateThatIsNotTrustedIsToldWithHowToTrustIt() throws Exception {
        assertThat(execute(
                        "topic",
                        "list",
                        "--endpoint",
                        server.endpoint().replace("http:", "https:"),
                        "--data",
                        server.data().toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("Cannot call the server", "TLS", "--ca");
    }

    @Test
    void whatATerminalWouldObeyIsNotPrinted() throws Exception {
        run("topic", "create", "orders", "--type", "NORMAL");
        run("group", "create", "warehouse");
        server.die("orders", "warehouse", "m-1", "k\u001b[2Jey\u202e");

        assertThat(run("dead", "list")).isZero();
        assertThat(out.toString()).contains("k?[2Jey?");
    }

    @Test
    void aVeryLongKeyIsCutInTablesAndWholeInJson() throws Exception {
        run("topic", "create", "orders", "--type", "NORMAL");
        run("group", "create", "warehouse");
        String key = "k".repeat(3000);
        server.die("orders", "warehouse", "m-1", key);

        assertThat(run("dead", "list")).isZero();
        assertThat(out.toString()).contains("k".repeat(59) + "…").doesNotContain("k".repeat(60));
        assertThat(run("dead", "list", "-o", "json")).isZero();
        assertThat(json().get("key").asText()).isEqualTo(key);
    }

    @Test
    void completionKnowsEveryCommand() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            assertThat(execute("completion", shell)).isZero();
            assertThat(out.toString())
                    .contains("topic", "group", "tx", "dead", "message", "client", "server")
                    .contains("rollback")
                    .contains("max-attempts");
        }
        assertThat(execute("completion", "powershell")).isEqualTo(2);
    }

    @Test
    void aGroupOfCommandsAsksWhichOne() {
        assertThat(execute("tx")).isEqualTo(2);
        assertThat(err.toString()).contains("Which tx command?");
        assertThat(execute("tx", "comit", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean commit");
    }

    private int asUser(String user, Path secret, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--endpoint", server.endpoint(), "--user", user, "--secret-file", secret.toString()));
        return execute(all.toArray(String[]::new));
    }

    /** With the credential that the server made in its data directory. */
    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of("--endpoint", server.endpoint(), "--data", server.data().toString()));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
    }
}
