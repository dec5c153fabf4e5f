package io.sirsi.spi.agent;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.event.Event;
import io.sirsi.event.Receipt;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent's context that remembers: what was spawned and what was published. Its clock stands
 * still. Thread-safe.
 */
public final class FakeAgentContext implements AgentContext {

    /** Where its clock stands. */
    public static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    private final AgentSpec spec;
    private final List<AgentSpec> spawned = new ArrayList<>();
    private final List<Event> published = new ArrayList<>();
    private Receipt receipt = new Receipt(1, 0, 0);
    private RefusedException refusal;

    /** The context of an agent that was asked for with this specification. */
    public FakeAgentContext(AgentSpec spec) {
        this.spec = spec;
    }

    /** From now on, whatever is published gets this receipt. */
    public synchronized FakeAgentContext answering(Receipt newReceipt) {
        receipt = newReceipt;
        return this;
    }

    /** From now on, whoever spawns is refused. */
    public synchronized FakeAgentContext refusing(RefusedException newRefusal) {
        refusal = newRefusal;
        return this;
    }

    /** {@return what was spawned, the n-th (from 1) under the name {@code child-n}} */
    public synchronized List<AgentSpec> spawned() {
        return List.copyOf(spawned);
    }

    /** {@return what was published of this type} */
    public synchronized <E extends Event> List<E> published(Class<E> type) {
        return published.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public AgentId id() {
        return new AgentId("agent-under-test");
    }

    @Override
    public SessionId session() {
        return new SessionId("s-" + "0".repeat(26));
    }

    @Override
    public AgentSpec spec() {
        return spec;
    }

    @Override
    public Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    @Override
    public synchronized AgentId spawn(AgentSpec child) {
        if (refusal != null) {
            throw refusal;
        }
        spawned.add(child);
        return new AgentId("child-" + spawned.size());
    }

    @Override
    public synchronized Receipt publish(Event event) {
        published.add(event);
        return receipt;
    }
}
