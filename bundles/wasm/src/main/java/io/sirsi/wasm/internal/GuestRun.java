package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.ModuleUsage;
import io.sirsi.wasm.internal.binary.GuestMode;
import io.sirsi.wasm.internal.guest.Guest;
import io.sirsi.wasm.internal.guest.GuestLimits;
import io.sirsi.wasm.internal.guest.GuestTask;
import io.sirsi.wasm.internal.guest.GuestTime;
import io.sirsi.wasm.internal.guest.OutcomeEnvelope;
import io.sirsi.wasm.internal.guest.TaskEnvelope;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task in an instance of a version: the task in, the call, the outcome out. Whatever the
 * guest does, an outcome comes out.
 */
final class GuestRun {

    private static final Logger LOG = LoggerFactory.getLogger(GuestRun.class);
    private static final long ROOM_PAUSE_NANOS = 20_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Guest guest;
    private final SessionId session;
    private final ModuleVersion version;
    private final GuestTime time;
    private final ModuleTally tally;

    /** What came out, and what it took. */
    record Result(TaskOutcome outcome, ModuleUsage usage) {}

    /**
     * Prepares a run.
     *
     * @param guest whose task it is
     * @param session where the guest lives
     * @param version what runs it; the caller has entered it
     * @param time the time
     * @param tally what is counted
     */
    GuestRun(
            Guest guest,
            SessionId session,
            ModuleVersion version,
            GuestTime time,
            ModuleTally tally) {
        this.guest = guest;
        this.session = session;
        this.version = version;
        this.time = time;
        this.tally = tally;
    }

    /**
     * Runs a task.
     *
     * @param task the task
     * @return how it ended
     * @throws InterruptedException if the thread was interrupted by whoever wants the task to stop
     */
    Result run(TaskContext task) throws InterruptedException {
        long begin = time.nanos();
        GuestInstance instance;
        try {
            instance = takeSoon(begin);
        } catch (NoRoomException full) {
            return result(
                    begin,
                    Code.THROTTLED,
                    "there is no room for another guest now: " + full.getMessage());
        } catch (WasmRejectedException rejected) {
            return result(
                    begin, Code.INTERNAL, "no instance could be made: " + rejected.getMessage());
        } catch (WasmTrap trap) {
            tally.trap(trap.kind());
            return result(begin, Code.INTERNAL, "no instance could be made: " + trap.sentence());
        }
        try {
            return within(instance, task, begin);
        } finally {
            version.pool().giveBack(session, instance);
        }
    }

    /** Waits for room, for at most as long as a call of the guest may last. */
    private GuestInstance takeSoon(long begin)
            throws NoRoomException, WasmRejectedException, WasmTrap, InterruptedException {
        long longest = guest.limits().get(GuestLimits.Name.DEADLINE_MS) * 1_000_000;
        while (true) {
            try {
                return version.pool().take(session);
            } catch (NoRoomException full) {
                if (time.nanos() - begin >= longest) {
                    throw full;
                }
                time.sleep(ROOM_PAUSE_NANOS);
            }
        }
    }

    private Result within(GuestInstance instance, TaskContext context, long begin)
            throws InterruptedException {
        GuestTask task = GuestTask.reactor(guest, context, time);
        byte[] input;
        try {
            input = TaskEnvelope.write(task);
        } catch (AgentFailureException notJson) {
            return new Result(
                    new TaskOutcome.Failed(elapsed(begin), notJson.failure()), ModuleUsage.NONE);
        }
        boolean command = version.about().mode() == GuestMode.COMMAND;
        if (command) {
            task = GuestTask.command(guest, context, input, time);
        }
        GuestTask running = task;
        WasmInstance wasm = instance.wasm();
        Meter meter = new Meter();
        instance.begin(task);
        TaskOutcome outcome;
        try {
            outcome =
                    wasm.turn(
                            task.remaining(),
                            () -> {
                                meter.start(wasm);
                                try {
                                    return command
                                            ? command(wasm, running, begin)
                                            : reactor(wasm, running, input, begin);
                                } finally {
                                    meter.stop(wasm);
                                }
                            });
        } catch (WasmTrap trap) {
            tally.trap(trap.kind());
            LOG.info(
                    "task {} of {} ended in {}: {}",
                    context.id(),
                    guest.name(),
                    trap.kind(),
                    trap.sentence());
            outcome = trapped(trap, context, begin);
        } finally {
            instance.end();
        }
        return new Result(outcome, task.usage(elapsed(begin), meter.cpu, meter.memory));
    }

    /** What the guest has used, seen from the thread that it runs on. */
    private static final class Meter {

        private long cpuBegin;
        private volatile Duration cpu = Duration.ZERO;
        private volatile long memory;

        void start(WasmInstance wasm) {
            cpuBegin = cpu();
            memory = wasm.memory().size();
        }

        void stop(WasmInstance wasm) {
            cpu = Duration.ofNanos(Math.max(0, cpu() - cpuBegin));
            if (wasm.usable()) { // of one that trapped, nothing can be asked
                memory = wasm.memory().size();
            }
        }
    }

    private TaskOutcome reactor(WasmInstance wasm, GuestTask task, byte[] input, long begin)
            throws WasmTrap {
        int address = (int) wasm.call("alloc", task.remaining(), input.length)[0];
        if (address == 0) {
            return failed(
                    begin,
                    Code.LIMIT,
                    "the guest has no room for a task of " + input.length + " bytes");
        }
        WasmMemory memory = wasm.memory();
        memory.write(address, input);
        long packed = wasm.call("handle", task.remaining(), address, input.length)[0];
        int length = (int) packed;
        long most = guest.limits().get(GuestLimits.Name.OUTPUT_BYTES);
        if (Integer.toUnsignedLong(length) > most) {
            return failed(
                    begin,
                    Code.LIMIT,
                    "the outcome has "
                            + Integer.toUnsignedLong(length)
                            + " bytes, at most "
                            + most
                            + " (outputBytes) are taken");
        }
        return OutcomeEnvelope.read(
                memory.read((int) (packed >>> 32), length), task, elapsed(begin));
    }

    private TaskOutcome command(WasmInstance wasm, GuestTask task, long begin) throws WasmTrap {
        int status = 0;
        try {
            wasm.call("_start", task.remaining());
        } catch (WasmTrap trap) {
            if (trap.kind() != Kind.EXIT) {
                throw trap;
            }
            status = trap.exitStatus();
        }
        byte[] output = task.streams().output();
        if (output.length == 0 && status != 0) {
            return failed(
                    begin,
                    Code.INTERNAL,
                    "the program ended with status " + status + " and no outcome");
        }
        return OutcomeEnvelope.read(output, task, elapsed(begin));
    }

    private TaskOutcome trapped(WasmTrap trap, TaskContext context, long begin)
            throws InterruptedException {
        if (trap.kind() == Kind.INTERRUPTED) {
            throw new InterruptedException(trap.sentence());
        }
        if (trap.kind() == Kind.DEADLINE && context.cancelled()) {
            return new TaskOutcome.Cancelled(elapsed(begin), "stopped at its deadline");
        }
        return switch (trap.kind()) {
            case DEADLINE ->
                    failed(begin, Code.TIMED_OUT, "the guest was stopped: " + trap.sentence());
            case QUOTA, OUT_OF_MEMORY ->
                    failed(begin, Code.LIMIT, "the guest was stopped: " + trap.sentence());
            default ->
                    failed(
                            begin,
                            Code.INTERNAL,
                            "the guest trapped (" + trap.kind() + "): " + trap.sentence());
        };
    }

    private Result result(long begin, Code code, String sentence) {
        return new Result(
                failed(begin, code, sentence),
                new ModuleUsage(elapsed(begin), Duration.ZERO, 0, 0, 0));
    }

    private TaskOutcome failed(long begin, Code code, String sentence) {
        return new TaskOutcome.Failed(elapsed(begin), AgentFailure.of(code, sentence));
    }

    private Duration elapsed(long begin) {
        return Duration.ofNanos(time.nanos() - begin);
    }

    /** Of this thread. */
    private static long cpu() {
        return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
    }
}
