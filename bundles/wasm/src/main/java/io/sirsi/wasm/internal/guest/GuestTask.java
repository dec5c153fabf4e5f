package io.sirsi.wasm.internal.guest;

import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.security.Permission;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.wasm.ModuleUsage;
import io.sirsi.wasm.internal.guest.GuestLimits.Name;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One task in a guest: what it may still use, and the response that it has not fetched yet. Lives
 * from the moment before the task goes in until its outcome is out. Used by the thread that runs
 * the guest.
 */
public final class GuestTask {

    /** The longest line that is kept, in characters; the same as of {@link TaskContext#log}. */
    public static final int MAX_LINE = 4_096;

    /** After so many refusals a guest is not trying, it is probing; each of them is audited. */
    static final int MAX_REFUSALS = 100;

    private static final byte[] NOTHING = new byte[0];

    private final Guest guest;
    private final Optional<TaskContext> context;
    private final GuestStreams streams;
    private final GuestTime time;
    private final long startedAt;
    private final Map<Permission, Boolean> allowed = new HashMap<>();
    private final Secrets secrets = new Secrets();

    private byte[] response = NOTHING;
    private long calls;
    private long bytes;
    private long lines;
    private long events;
    private long httpCalls;
    private int refusals;

    private GuestTask(
            Guest guest, Optional<TaskContext> context, Optional<byte[]> input, GuestTime time) {
        this.guest = guest;
        this.context = context;
        this.time = time;
        this.startedAt = time.nanos();
        this.streams = new GuestStreams(input, guest.limits().get(Name.OUTPUT_BYTES), this::say);
    }

    /** {@return a task of a reactor: no standard input, its standard output is log lines} */
    public static GuestTask reactor(Guest guest, TaskContext context, GuestTime time) {
        return new GuestTask(guest, Optional.of(context), Optional.empty(), time);
    }

    /** {@return a task of a command, with this standard input; its standard output is kept} */
    public static GuestTask command(
            Guest guest, TaskContext context, byte[] input, GuestTime time) {
        return new GuestTask(guest, Optional.of(context), Optional.of(input.clone()), time);
    }

    /**
     * {@return the start of an instance, before its first task: only what needs no task works, and
     * what is logged is counted and lost}
     */
    public static GuestTask starting(Guest guest, GuestTime time) {
        return new GuestTask(guest, Optional.empty(), Optional.empty(), time);
    }

    /** {@return whose task it is} */
    public Guest guest() {
        return guest;
    }

    /** {@return the attempt that it is; empty at the start of an instance} */
    public Optional<TaskContext> context() {
        return context;
    }

    /** {@return its standard input and output} */
    public GuestStreams streams() {
        return streams;
    }

    /**
     * {@return whether it may, as it was when it first asked}
     *
     * @param permission what for; a no is not audited
     */
    public boolean allows(Permission permission) {
        return allowed.computeIfAbsent(permission, guest.authority()::allows);
    }

    /** {@return how long it may still run; zero when its time is up} */
    public Duration remaining() {
        Duration ours = guest.limits().deadline().minus(Duration.ofNanos(time.nanos() - startedAt));
        Duration least =
                context.map(TaskContext::remaining)
                        .filter(theirs -> theirs.compareTo(ours) < 0)
                        .orElse(ours);
        return least.isNegative() ? Duration.ZERO : least;
    }

    /**
     * {@return what it used so far}
     *
     * @param ran how long the guest ran
     * @param cpu the processor time of that
     * @param memoryBytes the most linear memory that it had
     */
    public ModuleUsage usage(Duration ran, Duration cpu, long memoryBytes) {
        return new ModuleUsage(ran, cpu, memoryBytes, calls, bytes);
    }

    /** {@return how many log lines were counted and not kept} */
    public long droppedLines() {
        return Math.max(0, lines - guest.limits().get(Name.LOG_LINES));
    }

    /** Ends it: the rest of a line is said, response and secrets are forgotten. */
    public void finish() {
        streams.flush();
        response = NOTHING;
        secrets.clear();
    }

    /** {@return the secrets that this task was given} */
    Secrets secrets() {
        return secrets;
    }

    /** Says a line for those who watch the task, or counts it when there were enough. */
    void say(String line) {
        lines++;
        if (lines <= guest.limits().get(Name.LOG_LINES)) {
            context.ifPresent(task -> task.log(Lines.tidy(secrets.masked(line), MAX_LINE)));
        }
    }

    void countCall() throws WasmTrap {
        long most = guest.limits().get(Name.HOST_CALLS);
        if (calls >= most) {
            throw new WasmTrap(
                    Kind.QUOTA, "the guest called the host more than " + most + " times");
        }
        calls++;
    }

    /**
     * Counts bytes that cross between guest and host.
     *
     * @throws WasmTrap QUOTA if they are more than the task may have; nothing is counted then
     */
    public void countBytes(long more) throws WasmTrap {
        long most = guest.limits().get(Name.HOST_BYTES);
        if (more > most - bytes) {
            throw new WasmTrap(
                    Kind.QUOTA, "the guest exchanged more than " + most + " bytes with the host");
        }
        bytes += more;
    }

    void countEvent() throws Refusal {
        long most = guest.limits().get(Name.EVENTS);
        if (events >= most) {
            throw new Refusal(Code.LIMIT, "a task may emit " + most + " events");
        }
        events++;
    }

    void countHttpCall() throws Refusal {
        long most = guest.limits().get(Name.HTTP_CALLS);
        if (httpCalls >= most) {
            throw new Refusal(Code.LIMIT, "a task may make " + most + " HTTP calls");
        }
        httpCalls++;
    }

    void countRefusal() throws WasmTrap {
        refusals++;
        if (refusals > MAX_REFUSALS) {
            throw new WasmTrap(
                    Kind.QUOTA,
                    "the guest asked more than "
                            + MAX_REFUSALS
                            + " times for what it may not have");
        }
    }

    void respond(byte[] newResponse) throws WasmTrap {
        response = NOTHING;
        countBytes(newResponse.length);
        response = newResponse;
    }

    byte[] takeResponse() {
        byte[] taken = response;
        response = NOTHING;
        return taken;
    }
}
