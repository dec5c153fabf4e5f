package io.sirsi.agents.internal;

import java.lang.reflect.Proxy;
import java.util.Map;

/** The configuration as the framework would hand it over. */
final class TestConfig {

    private TestConfig() {}

    static DefaultAgentRuntime.Config defaults() {
        return with(Map.of());
    }

    static DefaultAgentRuntime.Config with(String key, int value) {
        return with(Map.of(key, value));
    }

    private static DefaultAgentRuntime.Config with(Map<String, Integer> values) {
        return (DefaultAgentRuntime.Config)
                Proxy.newProxyInstance(
                        TestConfig.class.getClassLoader(),
                        new Class<?>[] {DefaultAgentRuntime.Config.class},
                        (self, method, arguments) ->
                                values.getOrDefault(
                                        method.getName(), (Integer) method.getDefaultValue()));
    }
}
