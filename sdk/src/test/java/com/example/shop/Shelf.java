package com.example.shop;

/** Code of an application, as a handler calls it: its frames are not PledgeMQ's. */
public final class Shelf {
    private Shelf() {}

    /** Throws out of the JDK's code, called from here. */
    public static void take(String quantity) {
        Integer.parseInt(quantity);
    }
}
