package io.sirsi.task;

/** How often a task may run, and whether it outlives the node. */
public enum Delivery {
    /** On disk when its submission returns; after a crash it runs again. */
    AT_LEAST_ONCE,
    /**
     * On disk when its submission returns; its start is on disk before it runs, once: a failed
     * attempt is not tried again. If the node goes down while it runs, or it gives no sign of life,
     * it ends in {@link TaskState.Unknown}.
     */
    AT_MOST_ONCE,
    /** In memory only: gone with the node. For work that is cheap to ask for again. */
    VOLATILE
}
