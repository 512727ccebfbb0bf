package io.pledgemq.server.grpc;

import io.pledgemq.rpc.v2.Language;
import io.pledgemq.rpc.v2.Settings;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a push consumer keeps its receives open, which decides how many it gets. Taken from the official clients'
 * sources; a client in another language is treated as one that spends a thread on each receive.
 */
enum ReceiveLoop {
    /** A waiting receive holds no thread: Java, Go, C++, C#, Rust and Node. */
    CONCURRENT,
    /** A waiting receive holds one of a few threads, as in Python; also assumed of unknown languages. */
    THREADED;

    /** Languages by their names in request headers; Node calls itself HTTP. */
    private static final Set<String> CONCURRENT_HEADERS = Set.of("JAVA", "GO", "CPP", "DOTNET", "RUST", "HTTP");

    private static final Set<Language> CONCURRENT_LANGUAGES =
            Set.of(Language.JAVA, Language.GOLANG, Language.CPP, Language.DOT_NET, Language.RUST, Language.NODE_JS);

    /** Returns the loop of a client by its settings, if it has sent any, and by the language in its headers. */
    static ReceiveLoop of(@Nullable Settings settings, String header) {
        Language told = settings == null
                ? Language.LANGUAGE_UNSPECIFIED
                : settings.getUserAgent().getLanguage();
        boolean untold = told == Language.LANGUAGE_UNSPECIFIED || told == Language.UNRECOGNIZED;
        boolean concurrent = untold
                ? CONCURRENT_HEADERS.contains(header.toUpperCase(Locale.ROOT))
                : CONCURRENT_LANGUAGES.contains(told);
        return concurrent ? CONCURRENT : THREADED;
    }

    /** Returns how many receives it keeps open for each topic, up to a maximum. */
    int receives(int most) {
        return this == CONCURRENT ? most : 1;
    }
}
