package io.pledgemq.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.server.access.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the OpenAPI 3.1 document of a table of routes. */
final class OpenApi {
    private final ObjectNode document = Json.MAPPER.createObjectNode();
    private final Schemas schemas = new Schemas();

    private OpenApi() {}

    /** The routes, and one more that answers with the document of them all. */
    static List<Route> with(List<Route> routes) {
        List<Route> all = new ArrayList<>(routes);
        ObjectNode[] document = new ObjectNode[1];
        all.add(Route.get("/openapi.json", "openapi")
                .does("This document.")
                .needs(Action.ADMIN_READ)
                .on(Target.EACH)
                .answers(JsonNode.class, call -> document[0]));
        document[0] = document(all);
        return all;
    }

    static ObjectNode document(List<Route> routes) {
        return new OpenApi().write(routes);
    }

    private ObjectNode write(List<Route> routes) {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "PledgeMQ administration")
                .put("version", "v1")
                .put(
                        "description",
                        "Every call needs a user of the server by HTTP Basic. Changes need `Content-Type:"
                                + " application/json` and are written to the audit log before they are done."
                                + " Times are UTC. Lists come page by page: pass `next` as `cursor`.");
        document.putArray("servers").addObject().put("url", AdminApi.PREFIX);
        document.putArray("security").addObject().putArray("basic");
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes) {
            ObjectNode path = paths.withObjectProperty(route.path());
            operation(path.putObject(route.method().toLowerCase(Locale.ROOT)), route);
        }
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("basic")
                .put("type", "http")
                .put("scheme", "basic");
        schemas.reference(AdminProblem.Told.class);
        components.set("schemas", schemas.all());
        return document;
    }

    private void operation(ObjectNode operation, Route route) {
        operation.put("operationId", route.operation());
        operation.put("summary", route.summary());
        operation.putArray("tags").add(route.path().split("/", -1)[1]);
        operation.put("x-permission", route.action().spelling());
        operation.put("x-permission-on", on(route.target()));
        ArrayNode parameters = operation.putArray("parameters");
        for (Field field : route.fields()) {
            if (field.place() != Field.Place.BODY) {
                ObjectNode parameter = parameters
                        .addObject()
                        .put("name", field.name())
                        .put("in", field.place().name().toLowerCase(Locale.ROOT))
                        .put("required", field.required())
                        .put("description", field.text());
                parameter.set("schema", schema(field));
            }
        }
        if (route.changes()) {
            body(operation, route);
        }
        responses(operation.putObject("responses"), route);
    }

    private static void body(ObjectNode operation, Route route) {
        ObjectNode schema = operation
                .putObject("requestBody")
                .put("required", true)
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = Json.MAPPER.createArrayNode();
        for (Field field : route.fields()) {
            if (field.place() == Field.Place.BODY) {
                ObjectNode property = schema(field);
                property.put("description", field.text());
                properties.set(field.name(), property);
                if (field.required()) {
                    required.add(field.name());
                }
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        schema.put("additionalProperties", false);
    }

    private void responses(ObjectNode responses, Route route) {
        ObjectNode done = responses.putObject("200").put("description", "Done.");
        JsonNode answer = route.answer() == JsonNode.class ? Schemas.object() : schemas.reference(route.answer());
        done.putObject("content").putObject("application/json").set("schema", answer);
        ObjectNode not = responses.putObject("default").put("description", "Not done, and why.");
        not.putObject("content")
                .putObject("application/json")
                .set("schema", schemas.reference(AdminProblem.Told.class));
    }

    private static String on(Target target) {
        return switch (target) {
            case SERVER -> "the server";
            case TOPIC -> "the topic in the path";
            case GROUP -> "the consumer group in the path";
            case EACH -> "each topic or group that the answer is about";
        };
    }

    private static ObjectNode schema(Field field) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        switch (field.kind()) {
            case NAME -> schema.put("type", "string").put("pattern", "^[%a-zA-Z0-9_-]{1,127}$");
            case MESSAGE_ID -> id(schema);
            case TEXT -> schema.put("type", "string").put("maxLength", 4_096);
            case CHOICE -> {
                ArrayNode words = schema.put("type", "string").putArray("enum");
                field.choices().forEach(words::add);
            }
            case NUMBER -> schema.put("type", "integer").put("format", "int64").put("minimum", 0);
            case FLAG -> schema.put("type", "boolean");
            case TIME -> schema.put("type", "string").put("format", "date-time");
            case BYTES -> schema.put("type", "string").put("contentEncoding", "base64");
            case MESSAGE_IDS -> {
                schema.put("type", "array")
                        .put("minItems", 1)
                        .put("maxItems", Field.MAX_IDS)
                        .put("uniqueItems", true);
                id(schema.putObject("items"));
            }
        }
        return schema;
    }

    private static void id(ObjectNode schema) {
        schema.put("type", "string")
                .put("minLength", 1)
                .put("maxLength", MessageId.MAX_LENGTH)
                .put("pattern", "^[!-~]*$");
    }
}
