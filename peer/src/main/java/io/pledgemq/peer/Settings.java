package io.pledgemq.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * What the caller asks for.
 *
 * @param directory of the store, the configuration and the logs; created if it is not there
 * @param port of gRPC; 0 takes a free one, the same at each start on this directory
 * @param brokerKeys lines {@code key=value} for the broker's file, behind ours
 * @param proxyKeys the same for the proxy
 */
record Settings(
        Path directory,
        int port,
        Flush flush,
        boolean smallFiles,
        boolean widePools,
        List<String> brokerKeys,
        List<String> proxyKeys) {
    static final String USAGE = """
            Usage: RocketMqMain DIRECTORY [OPTIONS] < STOCK
              --port N           of gRPC (default: a free one, kept in DIRECTORY)
              --flush async|sync an acknowledgement comes before or after the force of the disk (default: async)
              --small-files      for tests: little files instead of the 1 GiB and 400 MB of the defaults
              --wide-pools       32 threads for decisions and 16 for senders and receivers instead of one per core
              --broker KEY=VALUE more of the broker's configuration
              --proxy KEY=VALUE  more of the proxy's configuration
            STOCK has a line 'topic NAME TYPE QUEUES' for each topic and 'group NAME MAX_ATTEMPTS PAUSE_MS ORDER' for
            each group, with TYPE one of NORMAL, FIFO, DELAY, TRANSACTION, PAUSE_MS '-' for RocketMQ's own pauses, and ORDER
            'fifo' or 'any'. Prints 'ready on port N' when all of them are there and QueryRoute answers.""";

    enum Flush {
        ASYNC,
        SYNC
    }

    /** @throws IllegalArgumentException with what is wrong */
    static Settings parse(List<String> arguments) {
        Iterator<String> rest = arguments.iterator();
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("DIRECTORY is missing");
        }
        Path directory = Path.of(rest.next()).toAbsolutePath().normalize();
        int port = 0;
        Flush flush = Flush.ASYNC;
        boolean smallFiles = false;
        boolean widePools = false;
        List<String> broker = new ArrayList<>();
        List<String> proxy = new ArrayList<>();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--port" -> port = Integer.parseInt(value(option, rest));
                case "--flush" -> flush = Flush.valueOf(value(option, rest).toUpperCase(Locale.ROOT));
                case "--small-files" -> smallFiles = true;
                case "--wide-pools" -> widePools = true;
                case "--broker" -> broker.add(pair(option, rest));
                case "--proxy" -> proxy.add(pair(option, rest));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        return new Settings(directory, port, flush, smallFiles, widePools, List.copyOf(broker), List.copyOf(proxy));
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    private static String pair(String option, Iterator<String> rest) {
        String pair = value(option, rest);
        if (pair.indexOf('=') < 1) {
            throw new IllegalArgumentException(option + " needs KEY=VALUE, not '" + pair + "'");
        }
        return pair;
    }
}
