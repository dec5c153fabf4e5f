package io.sirsi.shell.internal;

import io.sirsi.hypervisor.HypervisorAccess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.Terminal;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Runs a command as Karaf would: injects its session and bundle context, captures both streams. */
final class FakeShell {

    /** What a command left behind. */
    record Ran(@Nullable Object result, String out, String err) {}

    private final @Nullable HypervisorAccess access;
    private final boolean interactive;

    FakeShell(@Nullable HypervisorAccess access, boolean interactive) {
        this.access = access;
        this.interactive = interactive;
    }

    Ran run(HypervisorCommand command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        set(command, "session", session(new PrintStream(out, true, StandardCharsets.UTF_8)));
        set(command, "bundleContext", bundleContext());
        PrintStream systemErr = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            Object result = command.execute();
            return new Ran(
                    result,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(systemErr);
        }
    }

    /** Sets an option, argument or reference of a command, wherever it is declared. */
    static void set(Object command, String name, Object value) throws ReflectiveOperationException {
        for (Class<?> type = command.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    field.set(command, value);
                    return;
                }
            }
        }
        throw new NoSuchFieldException(name);
    }

    private Session session(PrintStream console) {
        Object terminal =
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Terminal.class},
                        (p, m, a) -> m.getName().equals("getWidth") ? 100 : null);
        return (Session)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Session.class},
                        (p, method, a) -> {
                            return switch (method.getName()) {
                                case "getConsole" -> console;
                                case "getTerminal" -> interactive ? terminal : null;
                                default -> throw new AssertionError("not expected: " + method);
                            };
                        });
    }

    private BundleContext bundleContext() {
        Object reference =
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {ServiceReference.class},
                        (p, m, a) -> {
                            throw new AssertionError("not expected: " + m);
                        });
        return (BundleContext)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (p, method, a) -> {
                            return switch (method.getName()) {
                                case "getServiceReference" -> access == null ? null : reference;
                                case "getService" -> access;
                                case "ungetService" -> true;
                                default -> throw new AssertionError("not expected: " + method);
                            };
                        });
    }
}
