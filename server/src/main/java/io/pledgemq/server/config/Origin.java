package io.pledgemq.server.config;

import java.nio.file.Path;

/** Where a value comes from: a file with its line, a variable, a flag or the default. */
sealed interface Origin {

    /** The origin in words, as messages and {@code config show --origin} have it. */
    String text();

    /** Nobody set it. */
    record Default() implements Origin {
        @Override
        public String text() {
            return "default";
        }
    }

    /**
     * A place in a file.
     *
     * @param line counted from 1; 0 = the file as a whole
     * @param column counted from 1
     */
    record InFile(Path file, int line, int column) implements Origin {
        @Override
        public String text() {
            return line == 0 ? file.toString() : file + ":" + line + ":" + column;
        }
    }

    /** A variable of the process's environment. */
    record Environment(String variable) implements Origin {
        @Override
        public String text() {
            return "environment " + variable;
        }
    }

    /** An option of the command line, such as {@code --port}. */
    record Flag(String option) implements Origin {
        @Override
        public String text() {
            return "flag " + option;
        }
    }
}
