package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.hypervisor.HypervisorAccess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.Terminal;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Runs a command as Karaf would: injects its session and bundle context, captures what it prints
 * and what it complains of.
 */
final class FakeShell {

    /** What a command left behind; Karaf makes exit code 1 of a complaint. */
    record Ran(@Nullable Object result, String out, String err) {}

    private final Map<Object, Object> services = new HashMap<>();
    private final Map<Object, Object> variables = new HashMap<>();
    private final boolean interactive;

    FakeShell(@Nullable HypervisorAccess access, boolean interactive) {
        if (access != null) {
            services.put(HypervisorAccess.class, access);
        }
        this.interactive = interactive;
    }

    /** Offers a further service. */
    <S> FakeShell with(Class<S> type, S service) {
        services.put(type, service);
        return this;
    }

    Ran run(HypervisorCommand command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
        set(command, "session", session(console));
        set(command, "bundleContext", bundleContext());
        PrintStream systemOut = System.out;
        System.setOut(console);
        try {
            Object result = command.execute();
            return new Ran(result, out.toString(StandardCharsets.UTF_8), "");
        } catch (CommandException told) {
            assertThat(told.getNiceHelp().strip()).isEqualTo(told.getMessage());
            return new Ran(
                    1, out.toString(StandardCharsets.UTF_8), String.valueOf(told.getMessage()));
        } finally {
            System.setOut(systemOut);
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

    Session session(PrintStream console) {
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
                                case "get" -> variables.get(a[0]);
                                case "put" -> variables.put(a[0], a[1]);
                                case "getTerminal" -> interactive ? terminal : null;
                                default -> throw new AssertionError("not expected: " + method);
                            };
                        });
    }

    private BundleContext bundleContext() {
        return (BundleContext)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (p, method, arguments) -> {
                            return switch (method.getName()) {
                                case "getServiceReference" ->
                                        services.containsKey(arguments[0])
                                                ? reference((Class<?>) arguments[0])
                                                : null;
                                case "getService" ->
                                        services.get(Class.forName(arguments[0].toString()));
                                case "ungetService" -> true;
                                default -> throw new AssertionError("not expected: " + method);
                            };
                        });
    }

    private static ServiceReference<?> reference(Class<?> type) {
        return (ServiceReference<?>)
                Proxy.newProxyInstance(
                        FakeShell.class.getClassLoader(),
                        new Class<?>[] {ServiceReference.class},
                        (p, method, arguments) -> {
                            if (method.getName().equals("toString")) {
                                return type.getName();
                            }
                            throw new AssertionError("not expected: " + method);
                        });
    }
}
