package io.sirsi.bench.wasm;

import static io.sirsi.bench.wasm.GuestCode.ADD;
import static io.sirsi.bench.wasm.GuestCode.AND;
import static io.sirsi.bench.wasm.GuestCode.MUL;
import static io.sirsi.bench.wasm.GuestCode.XOR;

import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The modules that are measured. */
final class Guests {

    /** The agent type of those that are agents. */
    static final String TYPE = "bench";

    /** About as large as an agent written in C. */
    static final int SMALL = 25_000;

    /** About as large as a program with a database in it. */
    static final int LARGE = 700_000;

    private static final int TASKS = 4_096;
    private static final int OUTCOME = 1_024;
    private static final int STEPS = 20;
    private static final int PAGES = 2;

    private Guests() {}

    /** {@return the example agent in C, 23 KB} */
    static ModuleFile example() throws IOException {
        try (InputStream source = Guests.class.getResourceAsStream("audit.wasm")) {
            if (source == null) {
                throw new IOException("audit.wasm is not in the jar");
            }
            return ModuleFile.of("audit.wasm", source.readAllBytes());
        }
    }

    /** {@return one that adds two numbers} */
    static byte[] adding() {
        return new GuestModule(1)
                .exported(
                        "add",
                        2,
                        GuestModule.Result.NUMBER,
                        0,
                        new GuestCode().get(0).get(1).op(ADD))
                .build();
    }

    /**
     * {@return an agent whose tasks succeed with its version as their output}
     *
     * @param version which
     * @param bytes about how large it is
     */
    static ModuleFile answering(String version, int bytes) {
        byte[] outcome =
                ("{\"status\":\"succeeded\",\"output\":\"" + version + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
        GuestModule module =
                new GuestModule(PAGES)
                        .exported(
                                "alloc",
                                1,
                                GuestModule.Result.NUMBER,
                                0,
                                new GuestCode().number(TASKS))
                        .exported("dealloc", 2, GuestModule.Result.NOTHING, 0, new GuestCode())
                        .exported(
                                "handle",
                                2,
                                GuestModule.Result.LONG_NUMBER,
                                0,
                                new GuestCode().longNumber(((long) OUTCOME << 32) | outcome.length))
                        .data(OUTCOME, outcome)
                        .custom(
                                "sirsi.agent",
                                "{\"abi\":1,\"id\":\"io.sirsi.bench\",\"type\":\""
                                        + TYPE
                                        + "\",\"version\":\""
                                        + version
                                        + "\",\"title\":\"A guest to be measured\","
                                        + "\"limits\":{\"memoryPages\":2}}");
        for (int seed = 1; module.size() < bytes; seed++) {
            module.function(2, GuestModule.Result.NUMBER, 0, busyWork(seed));
        }
        return ModuleFile.of("guest.wasm", module.build());
    }

    /** Loads, arithmetic and branches, as compilers write them; never the same twice. */
    private static GuestCode busyWork(int seed) {
        GuestCode code = new GuestCode();
        for (int step = 0; step < STEPS; step++) {
            code.get(0)
                    .number(0xFFFC)
                    .op(AND)
                    .load(step * 4)
                    .get(1)
                    .op(XOR)
                    .set(1)
                    .block()
                    .get(1)
                    .branchIf(0)
                    .get(0)
                    .number(seed * 31 + step)
                    .op(MUL)
                    .set(0)
                    .end();
        }
        return code.get(0);
    }
}
