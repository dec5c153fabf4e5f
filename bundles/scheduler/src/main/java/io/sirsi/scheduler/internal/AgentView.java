package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.session.SessionId;
import java.util.LinkedHashSet;
import java.util.Set;

/** An agent that takes tasks, and what we have given it. Guarded by the scheduler's lock. */
final class AgentView {

    final AgentSnapshot agent;
    final AgentDescriptor descriptor;

    /** The demands that it can meet. */
    final Set<Demand> demands = new LinkedHashSet<>();

    int running;

    /** What its demands have been told of {@link #hasPlace}. */
    boolean toldPlace;

    /** It refused a task although it has a place by our count; not asked again for a while. */
    boolean refused;

    AgentView(AgentSnapshot agent, AgentDescriptor descriptor) {
        this.agent = agent;
        this.descriptor = descriptor;
    }

    AgentId id() {
        return agent.id();
    }

    SessionId session() {
        return agent.session();
    }

    boolean hasPlace() {
        return !refused && running < descriptor.concurrency();
    }
}
