package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.Resource;
import java.util.Locale;

/**
 * Topics and groups as clients name them, checked at the edge. A namespace becomes a prefix of the engine's name, so
 * that the same name in two namespaces is two things.
 */
final class Names {
    /** Longest name of a topic, namespace included. */
    static final int MAX_TOPIC = 127;
    /** Longest name of a group, namespace included: room for the prefix of its dead letters. */
    static final int MAX_GROUP = 120;

    static final String DEAD_LETTERS = "%DLQ%";
    private static final String SYSTEM_PREFIX = "rmq_sys_";
    private static final char NAMESPACE_END = '%';

    private Names() {}

    /** Returns the engine's name of a topic. */
    static String topic(Resource topic, Caller caller) {
        return name(topic, caller, Code.ILLEGAL_TOPIC, "topic", MAX_TOPIC);
    }

    /** Returns the engine's name of a consumer group. */
    static String group(Resource group, Caller caller) {
        return name(group, caller, Code.ILLEGAL_CONSUMER_GROUP, "group", MAX_GROUP);
    }

    /** Returns the namespace of a resource: its own, else that of the request's header. */
    static String namespace(Resource resource, Caller caller) {
        return resource.getResourceNamespace().isEmpty() ? caller.namespace() : resource.getResourceNamespace();
    }

    private static String name(Resource resource, Caller caller, Code code, String what, int longest) {
        String name = resource.getName();
        String namespace = namespace(resource, caller);
        check(name, code, what);
        String full = name;
        if (!namespace.isEmpty()) {
            check(namespace, code, "namespace of the " + what);
            full = name.startsWith(DEAD_LETTERS)
                    ? DEAD_LETTERS + namespace + NAMESPACE_END + name.substring(DEAD_LETTERS.length())
                    : namespace + NAMESPACE_END + name;
        }
        if (full.length() > longest) {
            throw new ProtocolException(
                    code,
                    specified(code) + what + " is longer than " + what + " max length: " + longest + ", it has "
                            + full.length() + " characters with its namespace: " + shown(full));
        }
        if (full.toLowerCase(Locale.ROOT).startsWith(SYSTEM_PREFIX)) {
            throw new ProtocolException(
                    code,
                    "cannot access system " + what + ": " + shown(full) + " begins with " + SYSTEM_PREFIX
                            + ", which is reserved");
        }
        return full;
    }

    private static void check(String name, Code code, String what) {
        if (name.isEmpty()) {
            throw new ProtocolException(code, specified(code) + what + " is blank; give it a name of [%a-zA-Z0-9_-]");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean legal = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '-'
                    || c == '%';
            if (!legal) {
                throw new ProtocolException(
                        code,
                        specified(code) + what + "[" + bare(name) + "] contains illegal characters, allowing only"
                                + " ^[%a-zA-Z0-9_-]+$; character " + (i + 1) + " is none of these");
            }
        }
    }

    /** RocketMQ's spelling. */
    private static String specified(Code code) {
        return code == Code.ILLEGAL_TOPIC ? "The specified " : "the specified ";
    }

    /** Returns a client's text for an error message: short, without characters that break a log line. */
    static String shown(String text) {
        return "'" + bare(text) + "'";
    }

    private static String bare(String text) {
        StringBuilder out = new StringBuilder();
        int shown = Math.min(text.length(), MAX_TOPIC);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? '?' : c);
        }
        return out.append(shown < text.length() ? "..." : "").toString();
    }
}
