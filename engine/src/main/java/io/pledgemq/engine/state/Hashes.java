package io.pledgemq.engine.state;

/** Hashes that are the same on every machine and for ever, since they decide what is in the log. */
public final class Hashes {
    private Hashes() {}

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** 64 bits of a text, never 0, which stands for "none". */
    public static long ofText(String text) {
        long hash = 0x9e3779b97f4a7c15L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = mix(hash);
        return hash == 0 ? 1 : hash;
    }
}
