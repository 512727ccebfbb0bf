package io.pledgemq.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {

    private static final Path COMMITTED = Path.of("..", "docs", "openapi.json");

    private final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Test
    void theCommittedDocumentIsThatOfTheRoutes(@TempDir Path data) throws Exception {
        try (AdminServer server = AdminServer.start(data)) {
            JsonNode served = server.get("viewer", "/openapi.json").body();
            if (Boolean.getBoolean("pledgemq.write")) {
                Files.writeString(COMMITTED, mapper.writeValueAsString(served) + "\n");
            }
            assertThat(mapper.readTree(Files.readString(COMMITTED)))
                    .as("write it again: -Dtest=OpenApiTest -Dpledgemq.write=true")
                    .isEqualTo(served);
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryPathParameterIsInItsPath() throws IOException {
        JsonNode document = mapper.readTree(Files.readString(COMMITTED));

        document.findValuesAsText("$ref").forEach(reference -> assertThat(
                        document.at(reference.substring(1)).isObject())
                .as(reference)
                .isTrue());
        document.get("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(operation -> operation.getValue().get("parameters").forEach(parameter -> assertThat(
                                parameter.get("in").asText().equals("path"))
                        .isEqualTo(path.getKey()
                                .contains("{" + parameter.get("name").asText() + "}")))));
    }
}
