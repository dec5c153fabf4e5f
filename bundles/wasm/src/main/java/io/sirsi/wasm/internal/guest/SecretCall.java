package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.failure.RefusedException;
import io.sirsi.security.Permission;
import io.sirsi.spi.security.SecretSource;
import io.sirsi.spi.wasm.WasmTrap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code secret}: a secret that the agent may read. Its value goes nowhere but to the guest. */
final class SecretCall implements HostCall {

    private static final Logger log = LoggerFactory.getLogger(SecretCall.class);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final SecretSource source;
    private final GuestWorkers workers;

    SecretCall(SecretSource source, GuestWorkers workers) {
        this.source = source;
        this.workers = workers;
    }

    @Override
    public String name() {
        return "secret";
    }

    @Override
    public Set<String> keys() {
        return Set.of("name");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap {
        String name = request.text("name", 64);
        if (!NAME.matcher(name).matches()) {
            throw Refusal.invalid(
                    "name must be lower-case letters, digits, dot, dash and underscore, beginning"
                            + " with a letter or digit");
        }
        Optional<String> value =
                workers.act(
                        task,
                        Permission.of("secret:read:" + name),
                        name,
                        Map.of(),
                        () -> read(name),
                        read -> read.isPresent() ? "read" : "not found");
        String secret =
                value.orElseThrow(
                        () -> new Refusal(Code.NOT_FOUND, "there is no secret '" + name + "'"));
        task.secrets().add(secret);
        return GuestJson.object().put("value", secret);
    }

    /** What a source says when it fails is for the operator; of a bug only the place is told. */
    private Optional<String> read(String name) {
        try {
            return source.read(name);
        } catch (RefusedException refusal) {
            log.warn("the secret {} was not read: {}", name, refusal.getMessage());
            throw RefusedException.unavailable(
                    "the secret '" + name + "' cannot be read now; the node's log says why");
        } catch (RuntimeException bug) {
            IllegalStateException silent =
                    new IllegalStateException(
                            "the source of secrets failed with " + bug.getClass().getName());
            silent.setStackTrace(bug.getStackTrace());
            throw silent;
        }
    }
}
