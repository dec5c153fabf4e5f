package io.sirsi.jmx;

import java.util.List;
import java.util.Map;

/** Tasks, as {@code io.sirsi:type=Scheduler}. Decided and refused as in {@link SessionsMXBean}. */
public interface SchedulerMXBean {

    /** {@return how many tasks are in each state, all sessions} */
    Map<String, Long> getTasksByState();

    /** {@return how many tasks were accepted since the start} */
    long getSubmitted();

    /** {@return how many completions came too late to count, since the start} */
    long getRefusedCompletions();

    /**
     * {@return how long tasks were Ready before an attempt started, and how long attempts ran, in
     * milliseconds: waitMedian, waitP99, runMedian, runP99}
     */
    Map<String, Double> getTaskTimesMillis();

    /** {@return why no task is accepted at the moment; empty if all is well} */
    String getTrouble();

    /** {@return the newest tasks that the caller may see, newest first; 1 to 1,000 of them} */
    List<TaskView> listTasks(int limit);

    /** {@return one task} */
    TaskView getTask(String task);

    /** {@return why a task is not running; what belongs to others counts and is not named} */
    ExplanationView getTaskExplanation(String task);

    /** {@return the id of a new task without input} */
    String submitTask(String session, String type);

    /** {@return the id of a new task with named values as its input} */
    String submitTask(String session, String type, Map<String, String> input);

    /** {@return whether the task had not ended yet} */
    boolean cancelTask(String task);

    /** {@return whether the task had not ended yet, and does not start until it is resumed} */
    boolean pauseTask(String task);

    /** {@return whether the task was paused} */
    boolean resumeTask(String task);

    /** Starts no task of any session any more; what runs goes on. */
    void pauseTasks();

    /** Starts tasks again. */
    void resumeTasks();
}
