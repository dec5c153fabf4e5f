package io.sirsi.jmx.internal;

import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanEnded;
import io.sirsi.cloud.ScanStarted;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.jmx.AgentsMXBean;
import io.sirsi.jmx.HypervisorMXBean;
import io.sirsi.jmx.SchedulerMXBean;
import io.sirsi.jmx.SessionsMXBean;
import io.sirsi.jmx.WasmModulesMXBean;
import io.sirsi.session.Session;
import io.sirsi.session.SessionOpened;
import io.sirsi.session.SessionStateChanged;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.ModuleRefused;
import io.sirsi.wasm.ModuleUnloaded;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JMX door: five MBeans that carry calls to the hypervisor, and events from the bus to
 * listeners. It is there while the hypervisor is.
 */
@Component(
        service = {},
        immediate = true)
public final class JmxDoor {

    private static final Logger LOG = LoggerFactory.getLogger(JmxDoor.class);

    /** How many events may wait; beyond it the oldest is dropped, and counted by the bus. */
    private static final int WAITING_EVENTS = 4_096;

    private final MBeanServer server;
    private final Sessions sessions;
    private final Agents agents;
    private final Scheduler scheduler;
    private final Modules modules;
    private final HypervisorView hypervisor;
    private final List<ObjectName> names = new ArrayList<>();
    private @Nullable Subscription subscription;

    /**
     * Opens the door.
     *
     * @param server where the MBeans are registered
     * @param access the way to the hypervisor
     * @param bus where events come from
     * @throws JMException if a name is taken, by an MBean of someone else
     */
    @Activate
    public JmxDoor(
            @Reference MBeanServer server,
            @Reference HypervisorAccess access,
            @Reference EventBus bus)
            throws JMException {
        this(server, new Calls(access), bus, Clock.systemUTC());
    }

    JmxDoor(MBeanServer server, Calls calls, EventBus bus, Clock clock) throws JMException {
        this.server = server;
        this.sessions = new Sessions(calls);
        this.agents = new Agents(calls);
        this.scheduler = new Scheduler(calls);
        this.modules = new Modules(calls);
        this.hypervisor = new HypervisorView(calls, clock);
        try {
            register("Hypervisor", HypervisorMXBean.class, hypervisor);
            register("Sessions", SessionsMXBean.class, sessions);
            register("Agents", AgentsMXBean.class, agents);
            register("Scheduler", SchedulerMXBean.class, scheduler);
            register("WasmModules", WasmModulesMXBean.class, modules);
            subscription =
                    bus.subscribe(
                            Event.class,
                            SubscriberOptions.async("jmx", WAITING_EVENTS),
                            this::tell);
        } catch (JMException | RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void register(String type, Class<?> face, Notices bean) throws JMException {
        ObjectName name = new ObjectName("io.sirsi:type=" + type);
        server.registerMBean(new NamedMBean(face, bean), name);
        names.add(name);
        bean.namedAs(name);
    }

    /** One subscription for all: what a listener hears is in the order in which it happened. */
    private void tell(Event event) {
        if (event instanceof AgentSpawned spawned) {
            tell(Agents.SPAWNED, event, spawned.agent());
        } else if (event instanceof AgentStateChanged changed) {
            tell(Agents.CHANGED, event, changed.agent());
        } else if (event instanceof TaskFinished finished) {
            tell(event, finished.task());
        } else if (event instanceof SessionOpened opened) {
            tell(Sessions.OPENED, event, opened.session());
        } else if (event instanceof SessionStateChanged changed) {
            tell(Sessions.CHANGED, event, changed.session());
        } else if (event instanceof ScanStarted started) {
            tell(HypervisorView.SCAN_STARTED, event, started.scan());
        } else if (event instanceof ScanEnded ended) {
            tell(HypervisorView.SCAN_ENDED, event, ended.scan());
        } else {
            tellOfModules(event);
        }
    }

    /** What an agent emits is for those who may see its session: it is not told here. */
    private void tellOfModules(Event event) {
        if (event instanceof ModuleInstalled installed) {
            tell(Modules.INSTALLED, event, installed.module().manifest().agent().type().value());
        } else if (event instanceof ModuleRefused refused) {
            tell(Modules.REFUSED, event, refused.file());
        } else if (event instanceof ModuleUnloaded unloaded) {
            tell(Modules.UNLOADED, event, unloaded.type().value());
        }
    }

    private void tell(String what, Event event, String module) {
        String state = what.substring(what.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT);
        modules.tell(what, event.at(), module, "module", state);
    }

    private void tell(String what, Event event, AgentSnapshot agent) {
        String kind = agent.spec().type().value();
        agents.tell(what, event.at(), agent.id().value(), kind, agent.state().name());
    }

    private void tell(Event event, TaskSnapshot task) {
        String kind = task.spec().type();
        scheduler.tell(
                Scheduler.FINISHED, event.at(), task.id().value(), kind, task.state().name());
    }

    private void tell(String what, Event event, Session session) {
        sessions.tell(what, event.at(), session.id().value(), "session", session.state().name());
    }

    private void tell(String what, Event event, Scan scan) {
        hypervisor.tell(what, event.at(), scan.id().value(), "scan", scan.state().name());
    }

    @Deactivate
    void stop() throws JMException {
        if (subscription != null) {
            subscription.close();
        }
        for (ObjectName name : names) {
            try {
                server.unregisterMBean(name);
            } catch (InstanceNotFoundException gone) {
                LOG.debug("{} was gone already", name, gone);
            }
        }
        names.clear();
    }
}
