package io.sirsi.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.CloudProvider;
import io.sirsi.spi.cloud.RecordingSink;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** A node starts faster as long as nobody looks at its machine. */
final class LazyLoadingTest {

    /** Sees our classes and not OSHI's: whatever needs OSHI fails. */
    private static final class WithoutOshi extends URLClassLoader {

        WithoutOshi(URL classes) {
            super(new URL[] {classes}, WithoutOshi.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (name.startsWith("oshi.") || name.startsWith("com.sun.jna.")) {
                    throw new ClassNotFoundException(name);
                }
                if (name.startsWith("io.sirsi.host.")) {
                    Class<?> known = findLoadedClass(name);
                    return known != null ? known : findClass(name);
                }
                return super.loadClass(name, resolve);
            }
        }
    }

    @Test
    void needs_oshi_and_native_code_only_for_the_first_look() throws Exception {
        URL classes = HostCloudProvider.class.getProtectionDomain().getCodeSource().getLocation();
        try (WithoutOshi loader = new WithoutOshi(classes)) {
            CloudProvider provider = activate(loader);
            assertThat(provider.getClass().getClassLoader()).isSameAs(loader);
            assertThat(provider.descriptor().type().value()).isEqualTo("host");
            assertThat(provider.resourceTypes()).hasSize(9);
            assertThat(provider.rules()).isNotEmpty();
            assertThat(provider.accounts().accounts()).hasSize(1);
            try (CloudConnection connection = provider.connect("local")) {
                assertThatExceptionOfType(AgentFailureException.class)
                        .isThrownBy(() -> connection.identify(new RecordingSink("host", "x")))
                        .withMessageContaining("native library");
            }
        }
    }

    private static CloudProvider activate(WithoutOshi loader)
            throws ReflectiveOperationException, IOException {
        Class<?> config = loader.loadClass(HostCloudProvider.Config.class.getName());
        Object defaults =
                Proxy.newProxyInstance(
                        loader,
                        new Class<?>[] {config},
                        (proxy, method, arguments) -> method.getDefaultValue());
        Constructor<?> constructor =
                loader.loadClass(HostCloudProvider.class.getName()).getConstructor(config);
        return (CloudProvider) constructor.newInstance(defaults);
    }
}
