package io.sirsi.wasm.internal.binary;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the bytes are: a module or a refusal, soon, and without much memory. How many damaged
 * modules are tried can be set by the system property {@code sirsi.wasm.mutations}.
 */
class HostileModulesTest {

    private static final Logger LOG = Logger.getLogger(HostileModulesTest.class.getName());
    private static final long SEED = 20261125;
    private static final int MUTATIONS = Integer.getInteger("sirsi.wasm.mutations", 20_000);
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final long MOST_BYTES = 64L << 20;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    @Timeout(1_800)
    void a_damaged_module_is_admitted_or_refused_and_nothing_else() throws Exception {
        Mutations mutations =
                new Mutations(
                        List.of(
                                Guests.everything().build(),
                                Guests.reactor().build(),
                                Guests.everything().custom("x", new byte[100]).build()),
                        SEED);
        Map<Rule, Integer> refused = new EnumMap<>(Rule.class);
        int admitted = 0;
        Costs costs = new Costs();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] module = mutations.next();
            try {
                costs.begin();
                AdmittedModule guest = Admission.admit(module, Guests.LIMITS);
                costs.end();
                admitted++;
                assertThat(guest.figures().maximumPages()).isBetween(0, 256);
                assertThat(Admission.admit(guest.rewritten(), Guests.LIMITS).rewritten())
                        .as("admitted again, mutation %d", i)
                        .isEqualTo(guest.rewritten());
            } catch (RefusedModuleException e) {
                costs.end();
                refused.merge(e.rule(), 1, Integer::sum);
            } catch (RuntimeException e) {
                throw new AssertionError("mutation " + i, e);
            }
        }
        LOG.info(MUTATIONS + " modules: " + admitted + " admitted, refused " + refused + costs);
        costs.assertBounded();
        assertThat(admitted).isPositive();
        assertThat(refused).as("rules that were broken").hasSizeGreaterThan(12);
    }

    @Test
    void noise_behind_a_header_is_refused() {
        Random random = new Random(SEED);
        Costs costs = new Costs();
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[9 + random.nextInt(200)];
            random.nextBytes(noise);
            System.arraycopy(Guests.hex("0061736d01000000"), 0, noise, 0, 8);
            costs.begin();
            refused += Guests.refusal(noise) == null ? 0 : 1;
            costs.end();
        }
        costs.assertBounded();
        assertThat(refused).isGreaterThan(4_900);
    }

    @Test
    void every_single_bit_can_be_flipped() {
        byte[] whole = Guests.everything().build();
        Costs costs = new Costs();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            costs.begin();
            assertThatCode(() -> Guests.refusal(flipped)).doesNotThrowAnyException();
            costs.end();
        }
        costs.assertBounded();
    }

    @Test
    void the_largest_modules_cost_little() {
        for (byte[] module : largest()) {
            assertThat(module.length).as("bytes").isLessThanOrEqualTo(Caps.MODULE_BYTES);
            Costs costs = new Costs();
            costs.begin();
            RefusedModuleException refusal = Guests.refusal(module);
            costs.end();
            LOG.info(module.length + " bytes: " + (refusal == null ? "admitted" : refusal) + costs);
            costs.assertBounded();
        }
    }

    /** Modules of nearly 8 MiB that are all of one thing. */
    private static List<byte[]> largest() {
        int size = Caps.MODULE_BYTES - 1_000;
        List<byte[]> modules = new ArrayList<>();
        // Bodies of half a mebibyte, full of blocks, of numbers, of labels.
        for (WasmCode piece :
                List.of(
                        code().i32Const(1).drop(),
                        code().nop(),
                        code().f64Const(1).drop(),
                        code().i32Const(0).op(0x0e).unsigned(3).op(0).op(0).op(0).op(0))) {
            WasmBuilder guest = new WasmBuilder();
            WasmCode body = code();
            for (int i = 0; i < 19_000; i++) {
                body.block(NO_RESULT).end();
            }
            for (int i = 0; i < 400_000 / piece.toBytes().length; i++) {
                body.then(piece);
            }
            while (guest.nextFunction() < 16) {
                guest.function("->", body);
            }
            modules.add(guest.build());
        }
        // One name that fills everything, as a custom section and as an export.
        modules.add(new WasmBuilder().custom("ä".repeat(size / 2), new byte[0]).build());
        modules.add(new WasmBuilder().custom("sirsi.agent", new byte[size]).build());
        modules.add(Guests.body(code()).exportFunction("x".repeat(size), 0).build());
        modules.add(new WasmBuilder().memory(1, 1).data(0, new byte[size]).build());
        // As many of something as there may be.
        WasmBuilder exports = Guests.body(code());
        for (int i = 0; i < Caps.EXPORTS - 1; i++) {
            exports.exportFunction("x".repeat(800) + i, 0);
        }
        modules.add(exports.build());
        WasmBuilder imports = new WasmBuilder();
        for (int i = 0; i < Caps.IMPORTS; i++) {
            imports.importFunction("sirsi", "log", "i32 i32 -> i32");
        }
        modules.add(imports.build());
        ByteArrayOutputStream customs = new ByteArrayOutputStream();
        customs.writeBytes(Guests.hex("0061736d01000000"));
        while (customs.size() < size) {
            customs.writeBytes(new byte[] {0, 2, 1, 'x'});
        }
        modules.add(customs.toByteArray());
        return modules;
    }

    /** The most processor time and memory that one of many took. */
    private final class Costs {
        private long nanos;
        private long bytes;
        private long nanosBefore;
        private long bytesBefore;

        void begin() {
            bytesBefore = thread.getCurrentThreadAllocatedBytes();
            nanosBefore = thread.getCurrentThreadCpuTime();
        }

        void end() {
            nanos = Math.max(nanos, thread.getCurrentThreadCpuTime() - nanosBefore);
            bytes = Math.max(bytes, thread.getCurrentThreadAllocatedBytes() - bytesBefore);
        }

        void assertBounded() {
            assertThat(Duration.ofNanos(nanos)).as("longest").isLessThanOrEqualTo(LONGEST);
            assertThat(bytes).as("most bytes allocated").isLessThanOrEqualTo(MOST_BYTES);
        }

        @Override
        public String toString() {
            return ", at most " + nanos / 1_000 + " us and " + bytes / 1_024 + " KiB";
        }
    }
}
