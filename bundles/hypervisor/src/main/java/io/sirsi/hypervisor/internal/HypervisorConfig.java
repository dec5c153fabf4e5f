package io.sirsi.hypervisor.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The limits of the node, and the waits of scans. */
@ObjectClassDefinition(
        name = "Sirsi Nexus hypervisor",
        description = "The limits of the node, and the waits of scans.")
@interface HypervisorConfig {

    /** {@return how many sessions may be open at once} */
    @AttributeDefinition(description = "How many sessions may be open at once, 1 to 100000.")
    int maxSessions() default 1000;

    /** {@return the most agents that a session may ask for} */
    @AttributeDefinition(description = "The most agents that a session may ask for, 1 to 100000.")
    int maxAgents() default 1000;

    /** {@return the most unfinished tasks that a session may ask for} */
    @AttributeDefinition(
            description = "The most unfinished tasks that a session may ask for, 1 to 10000000.")
    int maxTasks() default 100_000;

    /** {@return the longest life that a session may ask for, in hours} */
    @AttributeDefinition(
            description = "The longest life that a session may ask for, in hours, 1 to 8784.")
    int maxLifetimeHours() default 168;

    /** {@return the greatest weight that a session may ask for} */
    @AttributeDefinition(
            description =
                    "The greatest weight that a session may ask for, 1 to 1000: its part of what"
                            + " sessions have to share.")
    int maxWeight() default 100;

    /** {@return how many ended sessions are remembered} */
    @AttributeDefinition(description = "How many ended sessions are remembered, 0 to 100000.")
    int rememberedSessions() default 200;

    /** {@return how many scans may run at once} */
    @AttributeDefinition(description = "How many scans may run at once, 1 to 1000.")
    int maxScans() default 4;

    /** {@return the wait for what a scan has yet to see end or come back, in milliseconds} */
    @AttributeDefinition(
            description =
                    "How long a scan that ran out of time or was cancelled waits for its tasks to"
                            + " end, and any scan for an agent whose bundle went away, in"
                            + " milliseconds, 100 to 600000.")
    int scanGraceMs() default 30_000;

    /** {@return the wait for a provider that looks for its accounts, in milliseconds} */
    @AttributeDefinition(
            description =
                    "How long a provider may look for its accounts, in milliseconds, 100 to"
                            + " 60000.")
    int accountsTimeoutMs() default 6000;

    /** {@return how often expiry, limits and scans are looked after, in milliseconds} */
    @AttributeDefinition(
            description =
                    "How often expiry, limits and scans are looked after, in milliseconds, 10 to"
                            + " 60000.")
    int tickMs() default 250;
}
