package io.pledgemq.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.pledgemq.server.spelling.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Converts the tree of a users' file to users, or says which entry is wrong. */
final class UserEntries {
    private static final int FEW_LETTERS = 2;

    private static final List<String> FILE_KEYS = List.of("users");
    private static final List<String> USER_KEYS = List.of("name", "secret", "strict-time", "role", "grants");
    private static final List<String> GRANT_KEYS = List.of("allow", "topics", "groups");

    private final JsonNode file;

    UserEntries(JsonNode file) {
        this.file = file;
    }

    List<User> users() throws WrongEntryException {
        requireKeys("the file", file, FILE_KEYS);
        JsonNode list = file.path("users");
        requireList("users", list);
        if (list.size() > UsersFile.MAX_USERS) {
            throw new WrongEntryException("it has more than " + UsersFile.MAX_USERS + " users.");
        }
        List<User> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            User user = user("users[" + i + "]", list.get(i));
            if (!names.add(user.name())) {
                throw new WrongEntryException("users[" + i + "].name is the name of an earlier user.");
            }
            users.add(user);
        }
        return users;
    }

    private static User user(String place, JsonNode entry) throws WrongEntryException {
        requireKeys(place, entry, USER_KEYS);
        String name = text(place + ".name", entry.path("name"));
        if (!User.nameFits(name)) {
            throw new WrongEntryException(place + ".name must be " + User.NAME_RULE + ".");
        }
        if (name.equals(AdminCredential.USER)) {
            throw new WrongEntryException(
                    place + ".name must not be " + AdminCredential.USER + ": that user's secret is in "
                            + AdminCredential.FILE_NAME + ". Take another name with role: admin.");
        }
        String secret = text(place + ".secret", entry.path("secret"));
        if (!Secret.fits(secret)) {
            throw new WrongEntryException(place + ".secret must have at least " + Secret.MIN_LENGTH
                    + " characters and at most " + Secret.MAX_BYTES + " bytes, none of them a control character.");
        }
        return new User(
                name,
                Secret.of(secret),
                role(place + ".role", entry.path("role")),
                flag(place + ".strict-time", entry.path("strict-time")),
                grants(place + ".grants", entry.path("grants")));
    }

    private static @Nullable Role role(String place, JsonNode value) throws WrongEntryException {
        return value.isMissingNode() ? null : oneOf(place, value, Role.values(), Role::spelling);
    }

    private static boolean flag(String place, JsonNode value) throws WrongEntryException {
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new WrongEntryException(place + " must be true or false.");
        }
        return value.asBoolean(false);
    }

    private static List<Grant> grants(String place, JsonNode list) throws WrongEntryException {
        List<Grant> grants = new ArrayList<>();
        if (!list.isMissingNode()) {
            requireList(place, list);
        }
        for (int i = 0; i < list.size(); i++) {
            grants.add(grant(place + "[" + i + "]", list.get(i)));
        }
        return grants;
    }

    private static Grant grant(String place, JsonNode entry) throws WrongEntryException {
        requireKeys(place, entry, GRANT_KEYS);
        JsonNode allow = entry.path("allow");
        requireList(place + ".allow", allow);
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (int i = 0; i < allow.size(); i++) {
            actions.add(oneOf(place + ".allow[" + i + "]", allow.get(i), Action.values(), Action::spelling));
        }
        List<NamePattern> topics = patterns(place + ".topics", entry.path("topics"));
        List<NamePattern> groups = patterns(place + ".groups", entry.path("groups"));
        if (actions.isEmpty() || (topics.isEmpty() && groups.isEmpty())) {
            throw new WrongEntryException(place + " allows nothing: it needs an action, and topics or groups.");
        }
        if (topics.isEmpty() && actions.contains(Action.PUBLISH)) {
            throw new WrongEntryException(place + " allows publish, which needs topics.");
        }
        return new Grant(actions, topics, groups);
    }

    private static List<NamePattern> patterns(String place, JsonNode list) throws WrongEntryException {
        List<NamePattern> patterns = new ArrayList<>();
        if (!list.isMissingNode()) {
            requireList(place, list);
        }
        for (int i = 0; i < list.size(); i++) {
            String text = text(place + "[" + i + "]", list.get(i));
            if (!NamePattern.wellFormed(text)) {
                throw new WrongEntryException(
                        place + "[" + i + "] must be a name, the beginning of names with a star at the end, or \"*\".");
            }
            patterns.add(new NamePattern(text));
        }
        return patterns;
    }

    private static <E> E oneOf(String place, JsonNode value, E[] choices, Function<E, String> spelling)
            throws WrongEntryException {
        String text = text(place, value);
        for (E choice : choices) {
            if (spelling.apply(choice).equals(text)) {
                return choice;
            }
        }
        List<String> words = Arrays.stream(choices).map(spelling).toList();
        throw new WrongEntryException(place + " must be one of " + words + "." + didYouMean(text, words));
    }

    private static String text(String place, JsonNode value) throws WrongEntryException {
        if (value.isMissingNode()) {
            throw new WrongEntryException(place + " is missing.");
        }
        if (!value.isTextual()) {
            throw new WrongEntryException(
                    place + " must be text; put it in quotes if YAML takes it for a number or for yes or no.");
        }
        return value.textValue();
    }

    private static void requireList(String place, JsonNode value) throws WrongEntryException {
        if (!value.isArray()) {
            throw new WrongEntryException(place + " must be a list (may be empty: []).");
        }
    }

    private static void requireKeys(String place, JsonNode entry, List<String> known) throws WrongEntryException {
        if (!entry.isObject()) {
            throw new WrongEntryException(place + " must have keys of " + known + ".");
        }
        for (Iterator<String> keys = entry.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!known.contains(key)) {
                throw new WrongEntryException(
                        place + " has a key that is not one of " + known + "." + didYouMean(key, known));
            }
        }
    }

    /** Repeats what was written only if it is nearly a known word: other text may be a misplaced secret. */
    private static String didYouMean(String given, List<String> known) {
        return NearestName.within(FEW_LETTERS, given, known)
                .map(word -> " Did you mean " + word + " instead of " + given + "?")
                .orElse("");
    }
}
