package io.sirsi.security.shiro.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerDelegate;
import javax.management.MBeanServerNotification;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.remote.MBeanServerForwarder;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what Karaf's guard of remote JMX leaves open: it checks roles for attributes and
 * operations, but anyone who is logged in, a viewer too, may create MBeans (and so load classes)
 * and remove them. Nobody needs that from outside, so it is refused to all.
 *
 * <p>Each connector of the server gets the gate when it is registered, before it starts. A
 * connector keeps the gate for its life: it knows no way back.
 */
@Component(
        service = {},
        immediate = true)
public final class JmxGate {

    private static final Logger LOG = LoggerFactory.getLogger(JmxGate.class);

    private static final Set<String> REFUSED =
            Set.of("createMBean", "unregisterMBean", "registerMBean", "instantiate");

    private final MBeanServer server;
    private final ObjectName connectors;
    private final NotificationListener onRegistration = this::registered;

    /**
     * @param server the MBean server that Karaf's connectors serve
     * @throws JMException if the server does not tell of registrations
     */
    @Activate
    public JmxGate(@Reference MBeanServer server) throws JMException {
        this.server = server;
        this.connectors = new ObjectName("connector:*");
        server.addNotificationListener(
                MBeanServerDelegate.DELEGATE_NAME, onRegistration, null, null);
        server.queryNames(connectors, null).forEach(this::close);
    }

    private void registered(Notification notification, @Nullable Object none) {
        if (notification instanceof MBeanServerNotification change
                && change.getType().equals(MBeanServerNotification.REGISTRATION_NOTIFICATION)
                && connectors.apply(change.getMBeanName())) {
            close(change.getMBeanName());
        }
    }

    private void close(ObjectName connector) {
        try {
            server.setAttribute(connector, new Attribute("MBeanServerForwarder", forwarder()));
            LOG.info("no MBeans can be created or removed through {}", connector);
        } catch (JMException e) {
            LOG.error("{} lets everyone who is logged in create and remove MBeans", connector, e);
        }
    }

    private static MBeanServerForwarder forwarder() {
        MBeanServer[] next = new MBeanServer[1];
        return (MBeanServerForwarder)
                Proxy.newProxyInstance(
                        JmxGate.class.getClassLoader(),
                        new Class<?>[] {MBeanServerForwarder.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("setMBeanServer")) {
                                next[0] = (MBeanServer) arguments[0];
                                return null;
                            }
                            return method.getName().equals("getMBeanServer")
                                    ? next[0]
                                    : pass(next[0], method, arguments);
                        });
    }

    private static @Nullable Object pass(
            MBeanServer next, Method method, Object @Nullable [] arguments) throws Throwable {
        if (REFUSED.contains(method.getName())) {
            throw new SecurityException(
                    "MBeans are not created or removed from outside; deploy a bundle that does it.");
        }
        try {
            return method.invoke(next, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Deactivate
    void stop() throws JMException {
        server.removeNotificationListener(MBeanServerDelegate.DELEGATE_NAME, onRegistration);
    }
}
