package io.pledgemq.server.access;

/** An entry of the users' file is wrong; the message is one sentence with the place, without values. */
final class WrongEntryException extends Exception {

    private static final long serialVersionUID = 1L;

    WrongEntryException(String sentence) {
        super(sentence);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
