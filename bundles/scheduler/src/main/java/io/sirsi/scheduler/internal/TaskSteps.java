package io.sirsi.scheduler.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The life of a task as a table: which state may follow which, by name. */
final class TaskSteps {

    private static final Map<String, List<String>> NEXT = new LinkedHashMap<>();

    static {
        NEXT.put("Blocked", List.of("Ready", "Cancelled", "Failed"));
        NEXT.put("Ready", List.of("Running", "Cancelled", "Failed", "TimedOut"));
        NEXT.put(
                "Running",
                List.of(
                        "RetryWait",
                        "Succeeded",
                        "Failed",
                        "Cancelled",
                        "TimedOut",
                        "Ready",
                        "Quarantined",
                        "Unknown"));
        NEXT.put("RetryWait", List.of("Ready", "Cancelled", "Failed"));
        NEXT.put("Succeeded", List.of());
        NEXT.put("Failed", List.of());
        NEXT.put("Cancelled", List.of());
        NEXT.put("TimedOut", List.of());
        NEXT.put("Quarantined", List.of());
        NEXT.put("Unknown", List.of());
    }

    private TaskSteps() {}

    /** {@return the states that this scheduler uses, in the order of a life} */
    static List<String> states() {
        return List.copyOf(NEXT.keySet());
    }

    /** {@return the names of the states that may follow} */
    static List<String> after(String state) {
        return NEXT.getOrDefault(state, List.of());
    }

    /** {@return whether the state is one in which a task ends} */
    static boolean isFinal(String state) {
        return NEXT.containsKey(state) && after(state).isEmpty();
    }

    /**
     * Checks a step of the engine.
     *
     * @throws IllegalStateException where a task cannot go that way
     */
    static void check(Phase from, Phase to) {
        boolean known =
                switch (from) {
                    case COMING -> to == Phase.BLOCKED || to == Phase.ENDED;
                    case BLOCKED -> to == Phase.READY || to == Phase.ENDED;
                    case READY -> to == Phase.RUNNING || to == Phase.ENDED;
                    case RUNNING ->
                            to == Phase.READY || to == Phase.RETRY_WAIT || to == Phase.ENDED;
                    case RETRY_WAIT -> to == Phase.READY || to == Phase.ENDED;
                    case ENDED -> false;
                };
        if (!known) {
            throw new IllegalStateException("a task cannot go from " + from + " to " + to);
        }
    }
}
