package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.failure.RefusedException;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.wasm.internal.guest.GuestLimits.Name;
import io.sirsi.wasm.internal.guest.wasi.Wasi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that one instance can import, made once with the instance. For each task, {@link
 * #bind} says whose it is; without one, every function ends the guest's call. Used by one thread at
 * a time.
 */
public final class GuestImports {

    /** The module of the platform's own functions. */
    public static final String MODULE = "sirsi";

    private static final Logger log = LoggerFactory.getLogger(GuestImports.class);

    private static final FunctionType TYPE =
            new FunctionType(List.of(ValueType.I32, ValueType.I32), List.of(ValueType.I32));
    private static final String RESPONSE = "response";

    private final List<HostFunction> functions = new ArrayList<>();
    private volatile Optional<GuestTask> bound = Optional.empty();

    /**
     * Makes the functions of an instance.
     *
     * @param services what all guests share
     */
    public GuestImports(GuestServices services) {
        for (HostCall call : calls(services)) {
            functions.add(
                    new HostFunction(
                            MODULE,
                            call.name(),
                            TYPE,
                            (memory, arguments) -> call(call, memory, arguments)));
        }
        functions.add(new HostFunction(MODULE, RESPONSE, TYPE, this::response));
        functions.addAll(new Wasi(this::task, services.time(), services.random()).functions());
    }

    private static List<HostCall> calls(GuestServices services) {
        return List.of(
                new LogCall(),
                new ProgressCall(),
                new ConfigCall(),
                new EmitCall(services.workers()),
                new SecretCall(services.secrets(), services.workers()),
                new SpawnCall(services.workers()),
                new SubmitCall(services.workers(), services.taskTypes()),
                new InventoryCall(services.workers()),
                new HttpCall(services.http(), services.workers()));
    }

    /** {@return the types of all that a guest may import, by module and name} */
    public static Map<String, Map<String, FunctionType>> allowed() {
        Map<String, FunctionType> own = new TreeMap<>();
        for (String name :
                List.of(
                        "log",
                        "progress",
                        "emit",
                        "config",
                        "secret",
                        "spawn",
                        "submit",
                        "inventory",
                        "http",
                        RESPONSE)) {
            own.put(name, TYPE);
        }
        Map<String, Map<String, FunctionType>> all = new LinkedHashMap<>();
        all.put(MODULE, own);
        all.put(Wasi.MODULE, Wasi.types());
        return all;
    }

    /** {@return the functions, to be given to an engine} */
    public List<HostFunction> functions() {
        return List.copyOf(functions);
    }

    /**
     * Says whose calls come from now on.
     *
     * @throws IllegalStateException if there is a task already
     */
    public void bind(GuestTask task) {
        if (bound.isPresent()) {
            throw new IllegalStateException("the instance has a task already");
        }
        bound = Optional.of(task);
    }

    /** Ends the present task, if there is one: it can be looked at, but not called for any more. */
    public void unbind() {
        bound.ifPresent(GuestTask::finish);
        bound = Optional.empty();
    }

    private GuestTask task() throws WasmTrap {
        Optional<GuestTask> task = bound;
        if (task.isEmpty()) {
            throw new WasmTrap(Kind.HOST, "a guest called the host while it had no task");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw GuestWorkers.interrupted();
        }
        return task.get();
    }

    private long[] call(HostCall call, WasmMemory memory, long[] arguments) throws WasmTrap {
        GuestTask task = task();
        task.countCall();
        long length = Integer.toUnsignedLong((int) arguments[1]);
        task.countBytes(length);
        long most = task.guest().limits().get(Name.OUTPUT_BYTES);
        byte[] response =
                GuestJson.bytes(
                        length > most
                                ? error(Code.LIMIT, "the request is longer than " + most + " bytes")
                                : answer(
                                        call,
                                        task,
                                        memory.read((int) arguments[0], (int) arguments[1])));
        if (response.length > most) {
            response =
                    GuestJson.bytes(
                            error(Code.LIMIT, "the response is longer than " + most + " bytes"));
        }
        task.respond(response);
        return new long[] {response.length};
    }

    private long[] response(WasmMemory memory, long[] arguments) throws WasmTrap {
        byte[] response = task().takeResponse();
        long most = Integer.toUnsignedLong((int) arguments[1]);
        int length = (int) Math.min(most, response.length);
        memory.write((int) arguments[0], Arrays.copyOf(response, length));
        return new long[] {length};
    }

    private static ObjectNode answer(HostCall call, GuestTask task, byte[] request)
            throws WasmTrap {
        try {
            return call.answer(task, Request.read(request, call.keys()));
        } catch (Refusal refusal) {
            return refused(task, refusal.code(), refusal.sentence());
        } catch (RefusedException refusal) {
            trapIfInterrupted();
            return refused(task, code(refusal.reason()), String.valueOf(refusal.getMessage()));
        } catch (RuntimeException bug) {
            trapIfInterrupted();
            log.error("the host function {} failed for {}", call.name(), task.guest().name(), bug);
            return error(Code.INTERNAL, "the host failed; the node's log says how");
        }
    }

    private static void trapIfInterrupted() throws WasmTrap {
        if (Thread.currentThread().isInterrupted()) {
            throw GuestWorkers.interrupted();
        }
    }

    /** How a guest reads the platform's reasons. Its codes know no conflict of states. */
    private static Code code(RefusedException.Reason reason) {
        return switch (reason) {
            case DENIED -> Code.FORBIDDEN;
            case NOT_FOUND -> Code.NOT_FOUND;
            case INVALID, CONFLICT -> Code.INVALID;
            case LIMIT -> Code.LIMIT;
            case UNAVAILABLE -> Code.UNREACHABLE;
        };
    }

    private static ObjectNode refused(GuestTask task, Code code, String sentence) throws WasmTrap {
        if (code == Code.FORBIDDEN) {
            task.countRefusal();
        }
        return error(code, sentence);
    }

    private static ObjectNode error(Code code, String sentence) {
        ObjectNode response = GuestJson.object();
        response.putObject("error").put("code", code.name()).put("message", sentence);
        return response;
    }
}
