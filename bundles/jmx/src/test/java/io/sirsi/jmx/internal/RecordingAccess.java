package io.sirsi.jmx.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.security.Caller;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A hypervisor that remembers who called what, and answers as it was told to. */
final class RecordingAccess implements HypervisorAccess {

    final List<Caller> callers = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    private final Map<String, Function<Object[], Object>> answers = new HashMap<>();

    RecordingAccess answer(String method, Object value) {
        return answer(method, (Function<Object[], Object>) arguments -> value);
    }

    RecordingAccess answer(String method, Function<Object[], Object> value) {
        answers.put(method, value);
        return this;
    }

    RecordingAccess refuse(String method, RuntimeException refusal) {
        return answer(
                method,
                arguments -> {
                    throw refusal;
                });
    }

    @Override
    public AgentAuthority authorityOf(AgentId agent) {
        throw new AssertionError("no door asks in the name of an agent, as for " + agent);
    }

    @Override
    public Hypervisor as(Caller caller) {
        return (Hypervisor)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Hypervisor.class},
                        (proxy, method, arguments) -> {
                            synchronized (this) {
                                callers.add(caller);
                                calls.add(
                                        method.getName()
                                                + (arguments == null
                                                        ? "[]"
                                                        : Arrays.toString(arguments)));
                            }
                            Function<Object[], Object> answer = answers.get(method.getName());
                            if (answer == null) {
                                throw new AssertionError("no answer to " + method.getName());
                            }
                            return answer.apply(arguments);
                        });
    }
}
