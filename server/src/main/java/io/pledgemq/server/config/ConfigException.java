package io.pledgemq.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. Its message has one line for each problem. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Every problem found, in the order of the file, then environment, then flags; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
