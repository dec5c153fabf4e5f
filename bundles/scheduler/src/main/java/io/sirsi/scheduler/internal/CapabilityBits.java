package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentSnapshot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Gives each capability a bit of its own, so that sets of them are compared by words. */
final class CapabilityBits {

    private final Map<String, Integer> bits = new HashMap<>();

    /** {@return the set with one more capability} */
    long[] with(long[] set, String capability) {
        int bit = bits.computeIfAbsent(capability, name -> bits.size());
        long[] larger = bit >> 6 < set.length ? set.clone() : Arrays.copyOf(set, (bit >> 6) + 1);
        larger[bit >> 6] |= 1L << (bit & 63);
        return larger;
    }

    /** {@return what an agent is expert in, and its type's name} */
    long[] of(AgentSnapshot agent) {
        long[] set = with(new long[0], agent.spec().type().value());
        for (String domain : agent.spec().capabilities().domains()) {
            set = with(set, domain);
        }
        return set;
    }

    static boolean containsAll(long[] set, long[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            long there = i < set.length ? set[i] : 0;
            if ((wanted[i] & ~there) != 0) {
                return false;
            }
        }
        return true;
    }

    static boolean intersects(long[] set, long[] other) {
        for (int i = 0; i < Math.min(set.length, other.length); i++) {
            if ((set[i] & other[i]) != 0) {
                return true;
            }
        }
        return false;
    }
}
