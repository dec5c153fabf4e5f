package io.sirsi.crashtest;

import java.util.List;

/**
 * Whom a campaign puts to the test.
 *
 * @param subject the class of the {@link Subject}
 * @param java how its process is started
 * @param points the named points at which it can die
 */
record Setting(String subject, JavaCommand java, List<String> points) {

    /** Points that a life passes once or a few times only, if at all. */
    private static final int SELDOM = 2;

    private static final int OFTEN = 30;

    Setting {
        points = List.copyOf(points);
    }

    /** {@return how often a point is passed at most before it is the last} */
    int passes(String point) {
        return point.startsWith("K12") ? SELDOM : OFTEN;
    }
}
