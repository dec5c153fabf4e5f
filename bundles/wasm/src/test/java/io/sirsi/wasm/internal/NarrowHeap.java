package io.sirsi.wasm.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;

import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a node is in for, in a heap as small as a node's: guests that have all memory that they can
 * get, and meanwhile the dearest modules that admission lets through. Prints how each kind ended,
 * and {@code survived} at the end.
 */
final class NarrowHeap {

    private static final int MIB = 1 << 20;

    /** What the rest of a node needs: less than 100 MB. */
    private static final int REST_OF_NODE_MIB = 96;

    private static final int GUESTS = 8;
    private static final int PAGES = 256;

    private NarrowHeap() {}

    /** The folder is the only argument. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        List<byte[]> rest = new ArrayList<>();
        for (int i = 0; i < REST_OF_NODE_MIB; i++) {
            rest.add(new byte[MIB]);
        }
        ExecutorService tasks = Executors.newSingleThreadExecutor();
        try (TestNode node =
                new TestNode(
                        Path.of(arguments[0]),
                        Map.of("deadlineMs", 600_000, "readyInstances", 0))) {
            for (String kind : LargeModules.kinds().keySet()) {
                System.out.println(kind + ": " + installed(node, kind));
            }
            // Seven guests that have all their memory, and an eighth that takes it page by page.
            for (int i = 1; i < GUESTS; i++) {
                if (!node.room.take(PAGES)) {
                    throw new AssertionError("no room for guest " + i);
                }
                rest.add(new byte[PAGES * 65_536]);
            }
            node.modules.install(greedy("greedy"), "ada");
            Agent agent = node.agent("greedy");
            Future<TaskOutcome> greedy =
                    tasks.submit(() -> agent.run(new FakeTaskContext(TaskSpec.of("greedy"))));
            for (String kind : LargeModules.kinds().keySet()) {
                System.out.println(kind + " beside busy guests: " + checked(node, kind));
            }
            tasks.shutdownNow();
            if (!interrupted(greedy)) {
                throw new AssertionError("the guest ended by itself: " + words(greedy.get()));
            }
        } finally {
            tasks.shutdownNow();
        }
        System.out.println("survived with " + rest.size() + " other things");
    }

    private static String words(TaskOutcome outcome) {
        return outcome instanceof TaskOutcome.Failed failed
                ? failed.failure().code() + " " + failed.failure().sentence()
                : outcome.getClass().getSimpleName();
    }

    private static String installed(TestNode node, String kind) throws Exception {
        String type = kind.replace(' ', '-');
        type = type.substring(0, Math.min(32, type.length()));
        try {
            node.modules.install(LargeModules.file(kind, type, ""), "ada");
            String words = words(node.agent(type).run(new FakeTaskContext(TaskSpec.of(type))));
            node.modules.unload(new AgentType(type));
            return words;
        } catch (RefusedException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /** Compiles a module that then finds no room to be tried. */
    private static String checked(TestNode node, String kind) {
        return node.modules.check(LargeModules.file(kind, "another", "")).checks().stream()
                .filter(check -> check.verdict() == ModuleReport.Verdict.FAILED)
                .map(ModuleReport.Check::sentence)
                .findFirst()
                .orElse("taken");
    }

    /** {@return whether a task was interrupted, as it never ends by itself} */
    private static boolean interrupted(Future<TaskOutcome> outcome) throws InterruptedException {
        try {
            outcome.get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof InterruptedException;
        }
    }

    /** Takes page after page until there are no more, fills them all, and then never ends. */
    private static ModuleFile greedy(String type) {
        return TestModules.guest(
                256,
                TestModules.metadata(type, "1.0.0", ""),
                "{}",
                code().loop(NO_RESULT)
                        .i32Const(1)
                        .memoryGrow()
                        .i32Const(0)
                        .i32LtS()
                        .i32Eqz()
                        .brIf(0)
                        .end()
                        .loop(NO_RESULT)
                        .i32Const(0)
                        .i32Const(1)
                        .memorySize()
                        .i32Const(65_536)
                        .op(0x6C)
                        .memoryFill()
                        .br(0)
                        .end());
    }
}
