package io.sirsi.wasm.internal.guest.wasi;

import io.sirsi.security.Permission;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.guest.GuestTask;
import io.sirsi.wasm.internal.guest.GuestTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * WASI preview 1, one for all engines: no files, no sockets, standard streams in memory; clocks,
 * random bytes and variables for those who may. An address outside the memory ends the call, any
 * other mistake is an error number.
 */
public final class Wasi {

    /** The module's name in the import. */
    public static final String MODULE = "wasi_snapshot_preview1";

    private static final Permission CLOCK = Permission.of("wasi:clock");
    private static final Permission RANDOM = Permission.of("wasi:random");
    private static final Permission ENV = Permission.of("wasi:env");

    private static final int MAX_RANDOM = 1 << 16;

    private final Tasks tasks;
    private final GuestTime time;
    private final RandomGenerator random;

    /** Says whose call it is. */
    @FunctionalInterface
    public interface Tasks {

        /**
         * {@return the task that the guest runs}
         *
         * @throws WasmTrap if it runs none
         */
        GuestTask current() throws WasmTrap;
    }

    /** What a function does. */
    @FunctionalInterface
    private interface Body {
        Errno call(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap;
    }

    /**
     * Makes the functions of an instance.
     *
     * @param tasks whose call it is
     * @param time the time
     * @param random where random bytes come from
     */
    public Wasi(Tasks tasks, GuestTime time, RandomGenerator random) {
        this.tasks = tasks;
        this.time = time;
        this.random = random;
    }

    /** {@return the types of its functions by name} */
    public static Map<String, FunctionType> types() {
        return WasiTypes.all();
    }

    /** {@return all its functions} */
    public List<HostFunction> functions() {
        Map<String, Body> bodies = bodies();
        List<HostFunction> functions = new ArrayList<>();
        WasiTypes.all()
                .forEach(
                        (name, type) ->
                                functions.add(
                                        new HostFunction(
                                                MODULE,
                                                name,
                                                type,
                                                name.equals("proc_exit")
                                                        ? this::exit
                                                        : body(
                                                                bodies.getOrDefault(
                                                                        name,
                                                                        (task, memory, arguments) ->
                                                                                Errno
                                                                                        .NOTCAPABLE)))));
        return functions;
    }

    private HostFunction.Body body(Body body) {
        return (memory, arguments) ->
                new long[] {body.call(tasks.current(), memory, arguments).number()};
    }

    private Map<String, Body> bodies() {
        Poll poll = new Poll(time);
        Map<String, Body> bodies = new HashMap<>();
        bodies.put("args_sizes_get", (task, memory, a) -> sizes(memory, a, List.of()));
        bodies.put("args_get", (task, memory, a) -> Errno.SUCCESS);
        bodies.put("environ_sizes_get", (task, memory, a) -> sizes(memory, a, variables(task)));
        bodies.put("environ_get", (task, memory, a) -> strings(memory, a, variables(task)));
        bodies.put("clock_res_get", this::resolution);
        bodies.put("clock_time_get", this::clock);
        bodies.put("random_get", this::random);
        bodies.put("sched_yield", (task, memory, a) -> Errno.SUCCESS);
        bodies.put("fd_read", StandardFiles::read);
        bodies.put("fd_write", StandardFiles::write);
        bodies.put("fd_close", (task, memory, a) -> StandardFiles.close((int) a[0]));
        bodies.put("fd_seek", (task, memory, a) -> StandardFiles.seek((int) a[0]));
        bodies.put("fd_fdstat_get", (task, memory, a) -> StandardFiles.stat(memory, a));
        bodies.put("fd_prestat_get", (task, memory, a) -> Errno.BADF);
        bodies.put(
                "poll_oneoff",
                (task, memory, a) ->
                        task.allows(CLOCK) ? poll.call(task, memory, a) : Errno.NOTCAPABLE);
        return bodies;
    }

    private long[] exit(WasmMemory memory, long[] arguments) throws WasmTrap {
        tasks.current();
        throw WasmTrap.exit((int) arguments[0]);
    }

    private Errno resolution(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap {
        if (!task.allows(CLOCK)) {
            return Errno.NOTCAPABLE;
        }
        if (!Clocks.known((int) arguments[0])) {
            return Errno.INVAL;
        }
        memory.writeLong((int) arguments[1], Clocks.RESOLUTION);
        return Errno.SUCCESS;
    }

    private Errno clock(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap {
        if (!task.allows(CLOCK)) {
            return Errno.NOTCAPABLE;
        }
        if (!Clocks.known((int) arguments[0])) {
            return Errno.INVAL;
        }
        memory.writeLong((int) arguments[2], Clocks.read((int) arguments[0], time));
        return Errno.SUCCESS;
    }

    private Errno random(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap {
        if (!task.allows(RANDOM)) {
            return Errno.NOTCAPABLE;
        }
        long length = Integer.toUnsignedLong((int) arguments[1]);
        if (length > MAX_RANDOM) {
            return Errno.INVAL;
        }
        task.countBytes(length);
        byte[] bytes = new byte[(int) length];
        random.nextBytes(bytes);
        memory.write((int) arguments[0], bytes);
        return Errno.SUCCESS;
    }

    /** The settings as variables; what could not be read back as one is left out. */
    private static List<byte[]> variables(GuestTask task) {
        if (!task.allows(ENV)) {
            return List.of();
        }
        List<byte[]> variables = new ArrayList<>();
        new TreeMap<>(task.guest().settings())
                .forEach(
                        (key, value) -> {
                            String both = key + "=" + value + "\0";
                            if (!key.isEmpty()
                                    && key.indexOf('=') < 0
                                    && both.indexOf('\0') == both.length() - 1) {
                                variables.add(both.getBytes(StandardCharsets.UTF_8));
                            }
                        });
        return variables;
    }

    private static Errno sizes(WasmMemory memory, long[] arguments, List<byte[]> strings)
            throws WasmTrap {
        memory.writeInt((int) arguments[0], strings.size());
        memory.writeInt(
                (int) arguments[1], strings.stream().mapToInt(string -> string.length).sum());
        return Errno.SUCCESS;
    }

    private static Errno strings(WasmMemory memory, long[] arguments, List<byte[]> strings)
            throws WasmTrap {
        int pointer = (int) arguments[0];
        int text = (int) arguments[1];
        for (byte[] string : strings) {
            memory.writeInt(pointer, text);
            memory.write(text, string);
            pointer += Integer.BYTES;
            text += string.length;
        }
        return Errno.SUCCESS;
    }
}
