package io.pledgemq.sdk.errors;

/** The API was used against its rules, such as sending outside a transaction: the program has to change. */
public final class IllegalUseException extends PledgeException {
    private static final long serialVersionUID = 1;

    public IllegalUseException(String message) {
        super(message);
    }
}
