package io.pledgemq.server.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Converts a user's text to the value of a key, or reports a problem. */
final class ValueReader {

    private final Problems problems;

    ValueReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads one text, as environment variables and flags have it; a list is separated by commas.
     *
     * @return the value as the record has it; empty if there was a problem
     */
    Optional<Object> ofText(Key key, String text, Origin origin) {
        if (key.shape() != Key.Shape.LIST) {
            return scalar(key, key.path(), text.strip(), origin).map(value -> wrap(key, value));
        }
        List<Object> values = new ArrayList<>();
        String[] parts = text.split(",", -1);
        for (String part : parts) {
            scalar(key, key.path(), part.strip(), origin).ifPresent(values::add);
        }
        return values.size() == parts.length ? Optional.of(values) : Optional.empty();
    }

    /**
     * Reads a piece of a file.
     *
     * @param path the key as the user sees it, with the element's number inside of lists
     * @return the value as the record has it; empty if there was a problem
     */
    Optional<Object> ofNode(Key key, String path, YamlNode node) {
        boolean manyWanted = key.shape() == Key.Shape.LIST || key.shape() == Key.Shape.RECORDS;
        if (node instanceof YamlNode.Empty) {
            problems.add(node.at(), path, noValue(key));
            return Optional.empty();
        }
        if (manyWanted && node instanceof YamlNode.Sequence sequence) {
            return elements(key, path, sequence);
        }
        if (!manyWanted && node instanceof YamlNode.Scalar scalar) {
            return scalar(key, path, scalar.text(), scalar.at()).map(value -> wrap(key, value));
        }
        problems.add(node.at(), path, "expected " + key.accepted() + ", found " + node.kind());
        return Optional.empty();
    }

    private Optional<Object> elements(Key key, String path, YamlNode.Sequence sequence) {
        List<Object> values = new ArrayList<>();
        Map<Object, Origin.InFile> seen = new LinkedHashMap<>();
        for (int i = 0; i < sequence.elements().size(); i++) {
            YamlNode element = sequence.elements().get(i);
            String elementPath = path + "[" + i + "]";
            Optional<Object> value = key.shape() == Key.Shape.RECORDS
                    ? fields(key, elementPath, element)
                    : single(key, elementPath, element);
            value.ifPresent(values::add);
            Optional<Object> name = value.map(present -> nameOf(key, present));
            if (name.isPresent()) {
                Origin.InFile before = seen.putIfAbsent(name.get(), element.at());
                if (before != null) {
                    problems.add(
                            element.at(),
                            elementPath,
                            name.get() + " is in the list twice; the first is at " + before.text());
                }
            }
        }
        return values.size() == sequence.elements().size() ? Optional.of(values) : Optional.empty();
    }

    /** Elements with the same name are the same thing, however they differ. */
    private static Object nameOf(Key key, Object element) {
        return key.fields().isEmpty()
                ? element
                : SettingTable.component(element, key.fields().get(0));
    }

    private Optional<Object> single(Key key, String path, YamlNode element) {
        if (element instanceof YamlNode.Scalar scalar) {
            return scalar(key, path, scalar.text(), scalar.at()).map(value -> value);
        }
        problems.add(element.at(), path, "expected " + key.form().accepted() + ", found " + element.kind());
        return Optional.empty();
    }

    private Optional<Object> fields(Key list, String path, YamlNode element) {
        if (!(element instanceof YamlNode.Mapping mapping)) {
            problems.add(
                    element.at(),
                    path,
                    "expected an element with " + fieldNames(list) + " such as {name: orders}, found "
                            + element.kind());
            return Optional.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Set<String> unreadable = new HashSet<>();
        EntryReader entries = new EntryReader(problems, path);
        for (YamlNode.Entry entry : entries.unique(mapping)) {
            Optional<Key> field = list.fields().stream()
                    .filter(candidate -> candidate.path().equals(entry.key()))
                    .findFirst();
            if (field.isEmpty()) {
                entries.unknown(entry, fieldNames(list));
                unreadable.add(entry.key());
                continue;
            }
            Optional<Object> value = ofNode(field.get(), path + "." + entry.key(), entry.value());
            value.ifPresentOrElse(read -> values.put(entry.key(), read), () -> unreadable.add(entry.key()));
        }
        for (Key field : list.fields()) {
            if (!values.containsKey(field.path()) && !unreadable.contains(field.path())) {
                if (field.setting().required()) {
                    problems.add(mapping.at(), path, field.path() + " is missing; expected " + field.accepted());
                    unreadable.add(field.path());
                } else {
                    values.put(field.path(), field.defaultValue());
                }
            }
        }
        return unreadable.isEmpty() ? Optional.of(SettingTable.buildElement(list, values)) : Optional.empty();
    }

    private static List<String> fieldNames(Key list) {
        return list.fields().stream().map(Key::path).toList();
    }

    private Optional<?> scalar(Key key, String path, String text, Origin origin) {
        if (text.isBlank()) {
            problems.add(origin, path, noValue(key));
            return Optional.empty();
        }
        try {
            return Optional.of(key.form().parser().apply(text));
        } catch (IllegalArgumentException | ArithmeticException e) {
            // What the parser says is less than what the form accepts.
            String given = key.setting().secret() ? "the value" : "'" + text + "'";
            problems.add(
                    origin,
                    path,
                    given + " is not accepted; expected " + key.form().accepted());
            return Optional.empty();
        }
    }

    private static String noValue(Key key) {
        return "there is no value; expected " + key.accepted() + ". To get the default, remove the key";
    }

    private static Object wrap(Key key, Object value) {
        return key.shape() == Key.Shape.OPTIONAL ? Optional.of(value) : value;
    }
}
