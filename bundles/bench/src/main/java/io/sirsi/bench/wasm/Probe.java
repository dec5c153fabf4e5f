package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.JavaProcess;
import io.sirsi.bench.harness.SelfTimed;
import java.util.List;

/**
 * Something that is measured in a JVM of its own.
 *
 * @param id who it is in the tables
 * @param durability with which settings
 * @param process the JVM
 * @param arguments what it is given
 */
record Probe(String id, String durability, JavaProcess process, List<String> arguments)
        implements SelfTimed {

    /** The options of a node's JVM that change what is measured. */
    static final List<String> NODE_OPTIONS =
            List.of("-Xmx512m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** The same with all compilers of the JVM. */
    static final List<String> ALL_TIERS =
            NODE_OPTIONS.stream().filter(option -> !option.contains("Tiered")).toList();

    Probe {
        arguments = List.copyOf(arguments);
    }

    @Override
    public void start() {}

    @Override
    public Figures measure() throws Exception {
        return process.run(arguments);
    }

    @Override
    public void close() {}
}
