package io.pledgemq.examples.demo;

/**
 * Turns a seed and something else into a number that looks random and is always the same: on every machine, in every
 * run, in any order of asking. The mixing step is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable
 * Pseudorandom Number Generators, OOPSLA 2014). Not for secrets.
 */
final class Mix {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Mix() {}

    static long of(long seed, long value) {
        return mixed(mixed(seed + GOLDEN_GAMMA) ^ (value * GOLDEN_GAMMA));
    }

    static long of(long seed, String text) {
        long mix = mixed(seed + GOLDEN_GAMMA);
        for (int i = 0; i < text.length(); i++) {
            mix = mixed(mix + GOLDEN_GAMMA ^ text.charAt(i));
        }
        return mix;
    }

    private static long mixed(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
