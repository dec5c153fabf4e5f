package io.sirsi.task;

/** How many of its dependencies a task waits for. */
public enum Join {
    /** All of them. */
    ALL_OF,
    /** The first that ends as its condition wants. */
    ANY_OF
}
