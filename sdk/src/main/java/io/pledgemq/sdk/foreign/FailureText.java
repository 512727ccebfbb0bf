package io.pledgemq.sdk.foreign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of a failure in one line, for people. Exceptions are foreign code: a method of theirs that throws, a cause
 * that leads back to itself and a message of a megabyte shorten the text, and do no harm.
 */
public final class FailureText {
    /** Longest text, in UTF-16 units. */
    public static final int MAX_LENGTH = 1_000;

    private static final int MAX_CAUSES = 4;
    private static final int MAX_DEPTH = 32;
    /** The JDK's own frames are recognised by their modules. */
    private static final List<String> NOT_THE_APPLICATION = List.of(
            "io.pledgemq.sdk.",
            "io.pledgemq.engine.",
            "com.fasterxml.jackson.",
            "com.mysql.",
            "com.zaxxer.hikari.",
            "org.apache.ibatis.",
            "org.h2.",
            "org.hibernate.",
            "org.jooq.",
            "org.mariadb.",
            "org.postgresql.",
            "org.springframework.");

    private FailureText() {}

    /** Class and message of the failure and of its causes. */
    public static String of(Throwable failure) {
        StringBuilder text = new StringBuilder();
        List<Throwable> chain = chain(failure);
        for (Throwable link : chain.subList(0, Math.min(MAX_CAUSES, chain.size()))) {
            text.append(text.isEmpty() ? "" : "; caused by ")
                    .append(link.getClass().getName());
            String message = message(link);
            text.append(message.isEmpty() ? "" : ": " + message);
        }
        return oneLine(text.toString());
    }

    /** Returns the message in one line; empty if there is none. */
    public static String message(Throwable failure) {
        ForeignCode.Ended<String> asked = ForeignCode.call(failure::getMessage);
        if (asked.thrown() != null) {
            return "(no message: getMessage() threw "
                    + asked.thrown().getClass().getName() + ")";
        }
        return oneLine(asked.value());
    }

    /** The failure and its causes, outermost first; each once, and 32 at most. */
    public static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Throwable link = failure;
        while (link != null && chain.size() < MAX_DEPTH && !contains(chain, link)) {
            chain.add(link);
            link = ForeignCode.call(link::getCause).value();
        }
        return chain;
    }

    private static boolean contains(List<Throwable> chain, Throwable wanted) {
        return chain.stream().anyMatch(link -> link == wanted);
    }

    /** The first frame that is the application's: neither the JDK's, nor a driver's, nor ours. */
    public static Optional<String> applicationFrame(Throwable failure) {
        return chain(failure).stream()
                .flatMap(link -> Arrays.stream(ForeignCode.callOr(new StackTraceElement[0], link::getStackTrace)))
                .filter(FailureText::isApplication)
                .findFirst()
                .map(StackTraceElement::toString);
    }

    private static boolean isApplication(@Nullable StackTraceElement frame) {
        if (frame == null || isOfTheJdk(frame)) {
            return false;
        }
        return NOT_THE_APPLICATION.stream().noneMatch(frame.getClassName()::startsWith);
    }

    private static boolean isOfTheJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    /** Without line breaks and other characters that have no picture, cut to {@link #MAX_LENGTH}. */
    public static String oneLine(@Nullable String text) {
        StringBuilder line = new StringBuilder();
        for (int at = 0; text != null && at < text.length() && line.length() < MAX_LENGTH; ) {
            int codePoint = text.codePointAt(at);
            line.appendCodePoint(hasAPicture(codePoint) ? codePoint : ' ');
            at += Character.charCount(codePoint);
        }
        return line.length() <= MAX_LENGTH ? line.toString() : line.substring(0, MAX_LENGTH - 1);
    }

    private static boolean hasAPicture(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
