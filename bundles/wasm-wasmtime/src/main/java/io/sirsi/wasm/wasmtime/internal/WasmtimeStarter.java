package io.sirsi.wasm.wasmtime.internal;

import io.sirsi.spi.wasm.WasmEngine;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the engine where its native library can be loaded. A component that is a service itself
 * would be registered before anyone knows.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.sirsi.wasm.wasmtime")
@Designate(ocd = WasmtimeStarter.Config.class)
public final class WasmtimeStarter {

    private static final Logger LOG = LoggerFactory.getLogger(WasmtimeStarter.class);

    /** What an operator may choose. */
    @ObjectClassDefinition(
            name = "Sirsi Nexus Wasmtime",
            description = "Runs guests as native code.")
    @interface Config {

        @AttributeDefinition(
                description =
                        "Whether the engine is there: true or false. Its native code is of 2023 and"
                                + " gets no fixes any more.")
        boolean enabled() default false;

        @AttributeDefinition(
                description =
                        "How many instances may live at once: 1 to 4096. Each takes 8 GiB of"
                                + " addresses and a thread.")
        int maxInstances() default 256;

        @AttributeDefinition(
                description =
                        "How often running guests look at the time, in milliseconds: 1 to 100.")
        int tickMs() default 2;
    }

    private final BundleContext context;
    private final Settings settings;
    private final boolean enabled;
    private @Nullable WasmtimeEngine engine;
    private @Nullable ServiceRegistration<WasmEngine> registration;

    /**
     * Made by Declarative Services.
     *
     * @param config the operator's choice
     */
    @Activate
    public WasmtimeStarter(Config config) {
        this.context = FrameworkUtil.getBundle(WasmtimeStarter.class).getBundleContext();
        this.enabled = config.enabled();
        this.settings = new Settings(config.maxInstances(), config.tickMs());
    }

    @Activate
    void start() {
        if (!enabled) {
            LOG.debug("the engine 'wasmtime' is not enabled");
            return;
        }
        WasmtimeEngine made;
        try {
            made = WasmtimeEngine.load(settings);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "the engine 'wasmtime' is not available, as its native library cannot be"
                            + " loaded on {} {}: {}",
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    reason(e));
            return;
        }
        engine = made;
        registration =
                context.registerService(
                        WasmEngine.class,
                        made,
                        FrameworkUtil.asDictionary(
                                Map.of(WasmEngine.NAME_PROPERTY, WasmtimeEngine.NAME)));
    }

    @Deactivate
    void stop() {
        if (registration != null) {
            registration.unregister();
        }
        if (engine != null) {
            engine.close();
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root);
    }
}
