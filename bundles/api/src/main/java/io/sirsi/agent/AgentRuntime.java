package io.sirsi.agent;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskAssignment;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Holds the agents of this node: makes them, lets them run tasks, ends them. For the core; doors go
 * through the hypervisor, which has asked the authorizer first. Thread-safe; no method waits for an
 * agent's code except {@link #spawn} (its constructor) and {@link #terminate} (its drain).
 */
@ProviderType
public interface AgentRuntime {

    /**
     * Makes an agent; it is on disk when this returns, and is there, under the same name and with
     * the same rights, until it is terminated. After a restart of the node, and when its type goes
     * away, it is {@link AgentState#INITIALIZING} until its type is there and offers all that it
     * has; {@link #health} says what it waits for.
     *
     * @param session where it will live
     * @param spec what is wanted
     * @return the agent, Ready
     * @throws io.sirsi.failure.RefusedException NOT_FOUND for an unknown type or parent, INVALID
     *     where it would have more than its type offers, DENIED where it would have more than its
     *     parent, CONFLICT where the parent may not spawn or is in another session, UNAVAILABLE
     *     where its provider failed to make it, its type went away meanwhile, or the disk does not
     *     take it
     */
    AgentSnapshot spawn(SessionId session, AgentSpec spec);

    /** {@return the agent with this name, if this node has had it and still remembers it} */
    Optional<AgentSnapshot> find(AgentId agent);

    /** {@return all agents that are not terminated, parents before their children} */
    List<AgentSnapshot> list();

    /** {@return the types that can be spawned now, in order of name} */
    List<AgentDescriptor> types();

    /** {@return how well an agent says it is; CRITICAL if it does not answer or does not exist} */
    Health health(AgentId agent);

    /**
     * Gives an agent a task if it can take one now.
     *
     * @param agent which agent
     * @param assignment the task and the way to speak of it
     * @return the running task; empty if the agent is full, draining, waiting for its type or gone
     */
    Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment);

    /**
     * {@return the executions whose outcome has not been released: those that run, and those that
     * ended while no scheduler listened}
     */
    List<TaskExecution> executions();

    /**
     * Ends an agent and all below it, leaves first: each drains for at most the configured time, is
     * then cancelled, interrupted and abandoned. Blocks until done.
     *
     * @param agent the root of the tree
     * @param reason why, for the record
     * @return how many agents ended; 0 if there was none
     */
    int terminate(AgentId agent, String reason);

    /**
     * Ends all agents of a session, as {@link #terminate} does.
     *
     * @param session which session
     * @param reason why, for the record
     * @return how many agents ended
     */
    int terminateAll(SessionId session, String reason);
}
