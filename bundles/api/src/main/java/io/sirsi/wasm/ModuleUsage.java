package io.sirsi.wasm;

import java.time.Duration;

/**
 * What one task, or all tasks, of a module used.
 *
 * @param ran how long the guest ran, host functions included
 * @param cpu the processor time of that; zero where the engine cannot tell
 * @param memoryBytes the most linear memory that it had
 * @param hostCalls how often it called the host
 * @param hostBytes how many bytes went into and out of these calls
 */
public record ModuleUsage(
        Duration ran, Duration cpu, long memoryBytes, long hostCalls, long hostBytes) {

    /** Nothing. */
    public static final ModuleUsage NONE = new ModuleUsage(Duration.ZERO, Duration.ZERO, 0, 0, 0);

    /** {@return the sums of two, and the greater of their memories} */
    public ModuleUsage plus(ModuleUsage other) {
        return new ModuleUsage(
                ran.plus(other.ran),
                cpu.plus(other.cpu),
                Math.max(memoryBytes, other.memoryBytes),
                hostCalls + other.hostCalls,
                hostBytes + other.hostBytes);
    }
}
