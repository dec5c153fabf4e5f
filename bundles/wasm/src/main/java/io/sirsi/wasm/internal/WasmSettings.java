package io.sirsi.wasm.internal;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.wasm.internal.guest.GuestLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an operator chose, checked.
 *
 * @param engine the engine for modules that do not ask for one
 * @param signed whether only modules with a trusted signature are taken
 * @param limits what a task may use: the default and the most
 * @param probe how long a module's own code may run while it is loaded
 * @param hostCall the longest call of a host function that stays within the platform
 * @param pools how many instances there may be
 */
record WasmSettings(
        String engine,
        boolean signed,
        GuestLimits limits,
        Duration probe,
        Duration hostCall,
        Pools pools) {

    private static final int PAGES_PER_MIB = 16;

    /**
     * How many instances there may be.
     *
     * @param maxInstances at once
     * @param maxPages how many pages of memory all of them may have together
     * @param moduleInstructions how many instructions one module may have
     * @param maxInstructions how many instructions all loaded modules may have together
     * @param ready how many fresh ones of each module are kept ready
     * @param idle how many used ones of each module wait for their sessions
     */
    record Pools(
            int maxInstances,
            long maxPages,
            int moduleInstructions,
            long maxInstructions,
            int ready,
            int idle) {}

    /**
     * Reads the configuration.
     *
     * @throws IllegalArgumentException for a value that is out of its range: which, and the range
     */
    static WasmSettings of(WasmConfig config) {
        Map<String, Long> limits = new LinkedHashMap<>();
        limits.put("memoryPages", in("memoryPages", config.memoryPages(), 1, 65_536));
        limits.put("tableElements", in("tableElements", config.tableElements(), 1, 1_000_000));
        limits.put("deadlineMs", in("deadlineMs", config.deadlineMs(), 1, 3_600_000));
        limits.put("outputBytes", in("outputBytes", config.outputBytes(), 64, 1_048_576));
        limits.put("hostCalls", in("hostCalls", config.hostCalls(), 1, 1_000_000_000));
        limits.put("hostBytes", in("hostBytes", config.hostBytes(), 1, 1_000_000_000));
        limits.put("logLines", in("logLines", config.logLines(), 1, 1_000_000));
        limits.put("events", in("events", config.events(), 1, 1_000_000));
        limits.put("httpCalls", in("httpCalls", config.httpCalls(), 1, 1_000_000));
        limits.put("httpMs", in("httpMs", config.httpMs(), 1, 600_000));
        long maxPages = in("memoryMiB", config.memoryMiB(), 1, 65_536) * PAGES_PER_MIB;
        if (maxPages < config.memoryPages()) {
            throw new IllegalArgumentException(
                    "memoryMiB = "
                            + config.memoryMiB()
                            + " is less than one guest may have (memoryPages = "
                            + config.memoryPages()
                            + ", "
                            + config.memoryPages() / PAGES_PER_MIB
                            + " MiB)");
        }
        return new WasmSettings(
                config.engine().strip(),
                yes("requireSignature", config.requireSignature()),
                GuestLimits.of(limits),
                Duration.ofMillis(in("probeMs", config.probeMs(), 10, 60_000)),
                Duration.ofMillis(in("hostCallMs", config.hostCallMs(), 1, 600_000)),
                new Pools(
                        (int) in("maxInstances", config.maxInstances(), 1, 100_000),
                        maxPages,
                        (int)
                                in(
                                        "moduleInstructions",
                                        config.moduleInstructions(),
                                        1_000,
                                        100_000_000),
                        in("maxInstructions", config.maxInstructions(), 1_000, 1_000_000_000),
                        (int) in("readyInstances", config.readyInstances(), 0, 64),
                        (int) in("idleInstances", config.idleInstances(), 0, 1_024)));
    }

    /**
     * {@return a folder of the node}
     *
     * @param chosen what the operator chose; empty for the usual one
     * @param usual its name in the data folder
     * @param key the key, for the sentence
     * @throws IllegalArgumentException if nothing says where it is
     */
    static Path folder(String chosen, String usual, String key) {
        if (!chosen.isBlank()) {
            return Path.of(chosen.strip()).toAbsolutePath();
        }
        String data = System.getProperty("sirsi.data", "");
        if (data.isBlank()) {
            throw new IllegalArgumentException(
                    "modules of WebAssembly have no folder: set "
                            + key
                            + " in io.sirsi.wasm.cfg, or start the node with -Dsirsi.data=FOLDER");
        }
        return Path.of(data).toAbsolutePath().resolve(usual);
    }

    /** {@return what an engine may give to an instance of a module with these limits} */
    static EngineLimits engineLimits(GuestLimits limits) {
        return new EngineLimits(
                (int) limits.get(GuestLimits.Name.MEMORY_PAGES),
                (int) limits.get(GuestLimits.Name.TABLE_ELEMENTS));
    }

    /**
     * {@return whether a key says true}
     *
     * @throws IllegalArgumentException if it says neither true nor false
     */
    static boolean yes(String key, String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            key + " must be true or false: '" + text + "'");
        };
    }

    private static long in(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + " must be " + least + " to " + most + ": " + value);
        }
        return value;
    }
}
