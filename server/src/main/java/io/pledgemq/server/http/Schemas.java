package io.pledgemq.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON schemas of the records in answers, by name. */
final class Schemas {
    private final ObjectNode all = Json.MAPPER.createObjectNode();

    ObjectNode all() {
        return all;
    }

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode().put("type", "object");
    }

    /** Adds a record's schema, and those that it needs, and returns a reference to it. */
    ObjectNode reference(Class<?> type) {
        String name = type.getSimpleName();
        if (!all.has(name)) {
            ObjectNode schema = all.putObject(name).put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            ArrayNode required = schema.putArray("required");
            for (RecordComponent component : type.getRecordComponents()) {
                boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                properties.set(component.getName(), schema(component.getGenericType(), nullable));
                required.add(component.getName());
            }
        }
        return Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    private ObjectNode schema(Type type, boolean nullable) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            schema.put("type", "array").set("items", schema(list.getActualTypeArguments()[0], false));
        } else if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            schema.put("type", "object").set("additionalProperties", schema(map.getActualTypeArguments()[1], false));
        } else if (type instanceof Class<?> record && record.isRecord()) {
            return reference(record);
        } else {
            named(schema, scalar(type), nullable);
        }
        return schema;
    }

    private static String scalar(Type type) {
        if (type == String.class) {
            return "string";
        }
        if (type == int.class || type == long.class) {
            return "integer";
        }
        if (type == boolean.class) {
            return "boolean";
        }
        throw new IllegalArgumentException("an answer cannot have a component of type " + type);
    }

    private static void named(ObjectNode schema, String type, boolean nullable) {
        if (nullable) {
            schema.putArray("type").add(type).add("null");
        } else {
            schema.put("type", type);
        }
    }
}
