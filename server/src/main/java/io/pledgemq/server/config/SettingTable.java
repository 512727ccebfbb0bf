package io.pledgemq.server.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The table of all keys, derived once from the annotated records; builds records from values. */
final class SettingTable {

    /** Every key by its path, in the order of the records. */
    private static final Map<String, Key> KEYS = new LinkedHashMap<>();

    static {
        keys(ServerConfig.class, "").forEach(key -> KEYS.put(key.path(), key));
    }

    private SettingTable() {}

    static List<Key> keys() {
        return List.copyOf(KEYS.values());
    }

    static Optional<Key> find(String path) {
        return Optional.ofNullable(KEYS.get(path));
    }

    static boolean isSection(String path) {
        return KEYS.keySet().stream().anyMatch(key -> key.startsWith(path + "."));
    }

    /** Words that may follow the given prefix, which is empty or ends with a dot. */
    static List<String> wordsAfter(String prefix) {
        return KEYS.keySet().stream()
                .filter(path -> path.startsWith(prefix))
                .map(path -> path.substring(prefix.length()).split("\\.", -1)[0])
                .distinct()
                .toList();
    }

    /** Makes the whole configuration from the values of all keys. */
    static ServerConfig build(Function<Key, Object> values) {
        return build(ServerConfig.class, component -> nested(component, "", values));
    }

    /** Makes one element of a list of records. */
    static Object buildElement(Key list, Map<String, Object> fields) {
        Class<?> type = SettingTable.elementType(componentOf(list));
        return build(type, component -> {
            Object value = fields.get(word(component));
            if (value == null) {
                throw new IllegalStateException("no value for " + word(component));
            }
            return value;
        });
    }

    /** The value of a field of an element of a list of records. */
    static Object component(Object element, Key field) {
        for (RecordComponent component : element.getClass().getRecordComponents()) {
            if (word(component).equals(field.path())) {
                return read(component, element);
            }
        }
        throw new IllegalStateException(element.getClass().getName() + " has no " + field.path());
    }

    private static Object nested(RecordComponent component, String prefix, Function<Key, Object> values) {
        String path = prefix + word(component);
        Key key = KEYS.get(path);
        if (key != null) {
            return values.apply(key);
        }
        return build(component.getType(), inner -> nested(inner, path + ".", values));
    }

    private static List<Key> keys(Class<?> type, String prefix) {
        List<Key> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + word(component);
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                keys.addAll(keys(component.getType(), path + "."));
            } else {
                keys.add(key(component, path, setting));
            }
        }
        return keys;
    }

    private static Key key(RecordComponent component, String path, Setting setting) {
        Class<?> type = component.getType();
        if (type != List.class && type != Optional.class) {
            return new Key(path, setting, Key.Shape.SINGLE, Optional.of(ScalarForms.of(type, setting)), List.of());
        }
        Class<?> element = elementType(component);
        if (element.isRecord() && element != ByteSize.class) {
            return new Key(path, setting, Key.Shape.RECORDS, Optional.empty(), keys(element, ""));
        }
        Key.Shape shape = type == List.class ? Key.Shape.LIST : Key.Shape.OPTIONAL;
        return new Key(path, setting, shape, Optional.of(ScalarForms.of(element, setting)), List.of());
    }

    private static Class<?> elementType(RecordComponent component) {
        Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        return (Class<?>) element;
    }

    /** Lists of records stand at the top only. */
    private static RecordComponent componentOf(Key list) {
        return Arrays.stream(ServerConfig.class.getRecordComponents())
                .filter(component -> word(component).equals(list.path()))
                .findFirst()
                .orElseThrow();
    }

    private static String word(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static <T> T build(Class<T> type, Function<RecordComponent, Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] arguments = Arrays.stream(components).map(values).toArray();
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type.getName(), e);
        }
    }

    private static Object read(RecordComponent component, Object owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
