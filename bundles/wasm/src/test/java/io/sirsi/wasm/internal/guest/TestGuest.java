package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.spi.agent.FakeAgentContext;
import io.sirsi.spi.agent.FakeAuthority;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.spi.security.SecretSource;
import io.sirsi.spi.wasm.ByteArrayMemory;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.internal.guest.http.GuestHttp;
import io.sirsi.wasm.internal.guest.http.PublicAddresses;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;

/**
 * A guest without a module: it calls the host's functions as one would, through a memory of one
 * page, and has a task all the time.
 */
public final class TestGuest implements AutoCloseable {

    private static final int REQUEST = 1_024;

    public final FakeTaskContext context =
            new FakeTaskContext(TaskSpec.of("tag-audit").timeout(Duration.ofSeconds(20)));
    public final FakeAgentContext agent;
    public final FakeAuthority authority;
    public final ManualTime time = new ManualTime();

    /** The only type of task that an agent type runs. */
    public static final String TASK_TYPE = "infrastructure-scan";

    public final ByteArrayMemory memory = new ByteArrayMemory(1 << 21);
    public final GuestWorkers workers = new GuestWorkers(8, Duration.ofSeconds(10));
    public final GuestImports imports;
    public final GuestTask task;

    private TestGuest(Wishes wishes) {
        authority = wishes.authority;
        AgentSpec spec = AgentSpec.of("tag-audit");
        for (Map.Entry<String, String> setting : wishes.settings.entrySet()) {
            spec = spec.setting(setting.getKey(), setting.getValue());
        }
        agent = new FakeAgentContext(spec);
        imports =
                new GuestImports(
                        new GuestServices(
                                wishes.secrets,
                                wishes.http,
                                workers,
                                time,
                                new Random(7),
                                TASK_TYPE::equals));
        GuestLimits limits = GuestLimits.of(wishes.limits);
        Guest guest =
                wishes.trial
                        ? new Guest(
                                new AgentType("tag-audit"),
                                Optional.empty(),
                                authority,
                                wishes.settings,
                                limits)
                        : Guest.of(agent, authority, limits);
        task =
                wishes.input.isPresent()
                        ? GuestTask.command(guest, context, wishes.input.get(), time)
                        : GuestTask.reactor(guest, context, time);
        imports.bind(task);
    }

    /** {@return a guest with these permissions, still to be made} */
    public static Wishes with(String... permissions) {
        return new Wishes(new FakeAuthority(permissions));
    }

    /** What a guest is made of. */
    public static final class Wishes {
        private final FakeAuthority authority;
        private SecretSource secrets = name -> Optional.empty();
        private GuestHttp http = noHttp();
        private Map<String, String> settings = Map.of();
        private Map<String, Long> limits = Map.of();
        private Optional<byte[]> input = Optional.empty();
        private boolean trial;

        private Wishes(FakeAuthority authority) {
            this.authority = authority;
        }

        public Wishes secrets(SecretSource source) {
            secrets = source;
            return this;
        }

        public Wishes http(GuestHttp client) {
            http = client;
            return this;
        }

        public Wishes settings(Map<String, String> some) {
            settings = some;
            return this;
        }

        public Wishes limit(String key, long value) {
            limits = Map.of(key, value);
            return this;
        }

        public Wishes input(String text) {
            input = Optional.of(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        public Wishes trial() {
            trial = true;
            return this;
        }

        public TestGuest start() {
            return new TestGuest(this);
        }

        FakeAuthority authority() {
            return authority;
        }
    }

    /** {@return what a function of {@code sirsi} answers} */
    public JsonNode call(String name, String request) throws WasmTrap, IOException {
        return call(name, request.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return what a function of {@code sirsi} answers} */
    public JsonNode call(String name, byte[] request) throws WasmTrap, IOException {
        memory.write(REQUEST, request);
        long length = raw(GuestImports.MODULE, name, REQUEST, request.length);
        long copied = raw(GuestImports.MODULE, "response", REQUEST, length);
        return new ObjectMapper().readTree(memory.text(REQUEST, (int) copied));
    }

    /** {@return the code of the error that a function of {@code sirsi} answers with} */
    public String error(String name, String request) throws WasmTrap, IOException {
        return call(name, request).path("error").path("code").asText();
    }

    /** {@return what a function of WASI returns} */
    public int wasi(String name, long... arguments) throws WasmTrap {
        return (int) raw("wasi_snapshot_preview1", name, arguments);
    }

    /** {@return the first result of a function} */
    public long raw(String module, String name, long... arguments) throws WasmTrap {
        HostFunction function =
                imports.functions().stream()
                        .filter(f -> f.module().equals(module) && f.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return function.body().call(memory, arguments)[0];
    }

    @Override
    public void close() {
        imports.unbind();
        workers.close();
    }

    private static GuestHttp noHttp() {
        try {
            return new GuestHttp(
                    host -> {
                        throw new UnknownHostException(host);
                    },
                    new PublicAddresses(),
                    SSLContext.getDefault(),
                    false);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
