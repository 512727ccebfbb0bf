package io.pledgemq.server.access;

/**
 * Who is calling: a user that has proved its secret, or somebody without a name where that is allowed. Only
 * {@link Access} makes one. It carries no rights; those are looked up at each question, so that a changed users' file
 * holds for open streams too.
 */
public final class Principal {

    /** Somebody who needs no credential, on the loopback defaults. */
    static final Principal ANONYMOUS = new Principal("");

    private final String name;

    private Principal(String name) {
        this.name = name;
    }

    static Principal of(User user) {
        return new Principal(user.name());
    }

    /** Returns the user's name; empty for the anonymous one, which no user's name can be. */
    public String name() {
        return name;
    }

    /** Returns whether this is somebody without a name. */
    public boolean anonymous() {
        return name.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Principal principal && principal.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Returns the name, or {@code (anonymous)}. */
    @Override
    public String toString() {
        return anonymous() ? "(anonymous)" : name;
    }
}
