package io.sirsi.shell.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.security.Caller;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A hypervisor that answers as it was told, remembers what it was asked, and fails on anything
 * else.
 */
final class ScriptedHypervisor implements InvocationHandler, HypervisorAccess {

    final List<String> asked = new ArrayList<>();
    final List<Caller> callers = new ArrayList<>();
    private final Map<String, Function<Object[], Object>> answers = new LinkedHashMap<>();

    ScriptedHypervisor answer(String method, Function<Object[], Object> answer) {
        answers.put(method, answer);
        return this;
    }

    Hypervisor hypervisor() {
        return (Hypervisor)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Hypervisor.class}, this);
    }

    @Override
    public Hypervisor as(Caller caller) {
        callers.add(caller);
        return hypervisor();
    }

    @Override
    public AgentAuthority authorityOf(AgentId agent) {
        throw new AssertionError("no door asks in the name of an agent, as for " + agent);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        Object[] given = arguments == null ? new Object[0] : arguments;
        asked.add(method.getName() + Arrays.toString(given));
        Function<Object[], Object> answer = answers.get(method.getName());
        if (answer == null) {
            throw new AssertionError("nobody told what to answer to " + method.getName());
        }
        return answer.apply(given);
    }
}
