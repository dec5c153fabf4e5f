package io.sirsi.wasm.internal;

import java.lang.reflect.Proxy;
import java.util.Map;

/** The configuration with its defaults, and other values for some keys. */
final class TestConfig {

    private TestConfig() {}

    static WasmConfig with(Map<String, Object> values) {
        return (WasmConfig)
                Proxy.newProxyInstance(
                        WasmConfig.class.getClassLoader(),
                        new Class<?>[] {WasmConfig.class},
                        (proxy, method, arguments) ->
                                values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
