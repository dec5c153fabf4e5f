package io.sirsi.host.internal;

import java.util.List;
import oshi.software.os.OSProcess;

/**
 * What the processors did during a short interval.
 *
 * @param usedPercent how much of all processors was used, 0 to 100; negative if unknown
 * @param processes all processes that were there at its end
 */
record LoadSample(double usedPercent, List<Busy> processes) {

    /**
     * A process and how busy it was.
     *
     * @param process the process
     * @param cpuPercent how much of one processor it used; 0 or more
     */
    record Busy(OSProcess process, double cpuPercent) {}

    LoadSample {
        processes = List.copyOf(processes);
    }
}
