package io.sirsi.host.internal;

/**
 * What an operator may choose, checked.
 *
 * @param topProcesses how many processes by CPU, and how many by memory, 1 to 1,000
 * @param cpuIntervalMs how long CPU use is watched, 50 to 2,000 milliseconds
 * @param fillingPercent from which use on a file system is filling, 1 to 100
 * @param fullPercent from which use on it is nearly full, no less than the former
 * @param measureNetworkFileSystems whether servers are asked how full their file systems are
 */
record Settings(
        int topProcesses,
        int cpuIntervalMs,
        int fillingPercent,
        int fullPercent,
        boolean measureNetworkFileSystems) {

    Settings {
        check("topProcesses", topProcesses, 1, 1_000);
        check("cpuIntervalMs", cpuIntervalMs, 50, 2_000);
        check("fileSystemFillingPercent", fillingPercent, 1, 100);
        check("fileSystemFullPercent", fullPercent, fillingPercent, 100);
    }

    private static void check(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    key
                            + " in io.sirsi.host.cfg must be "
                            + min
                            + " to "
                            + max
                            + "; it is "
                            + value);
        }
    }
}
