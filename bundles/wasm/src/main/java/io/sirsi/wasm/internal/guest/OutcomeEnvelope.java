package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.internal.guest.GuestLimits.Name;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads what a guest hands back. Whatever it is, something comes of it. */
public final class OutcomeEnvelope {

    private static final int MAX_MESSAGE = 1_000;
    private static final long MAX_RETRY_AFTER_MS = Duration.ofDays(1).toMillis();
    private static final long UNSAID = -1;

    /** All but GONE: that is for the platform to say. */
    private static final Set<Code> CODES = EnumSet.complementOf(EnumSet.of(Code.GONE));

    private OutcomeEnvelope() {}

    /**
     * Reads an outcome.
     *
     * @param utf8 what the guest handed back
     * @param task whose outcome it is; its secrets are made unreadable in it
     * @param ran how long it ran
     * @return the outcome; a failure INVALID or LIMIT, with a sentence, if it is not one
     */
    public static TaskOutcome read(byte[] utf8, GuestTask task, Duration ran) {
        try {
            long most = task.guest().limits().get(Name.OUTPUT_BYTES);
            if (utf8.length > most) {
                throw new Refusal(
                        Code.LIMIT,
                        "the guest's outcome has "
                                + utf8.length
                                + " bytes; outputBytes allows "
                                + most);
            }
            return outcome(GuestJson.readObject(utf8, "the guest's outcome"), task, ran);
        } catch (Refusal refusal) {
            return new TaskOutcome.Failed(ran, AgentFailure.of(refusal.code(), refusal.sentence()));
        }
    }

    private static TaskOutcome outcome(ObjectNode object, GuestTask task, Duration ran)
            throws Refusal {
        String status = object.path("status").isTextual() ? object.path("status").textValue() : "";
        return switch (status) {
            case "succeeded" ->
                    new TaskOutcome.Succeeded(
                            ran, output(checked(object, Set.of("status", "output")), task));
            case "failed" ->
                    new TaskOutcome.Failed(
                            ran,
                            failure(
                                    checked(
                                            object,
                                            Set.of("status", "code", "message", "retryAfterMs")),
                                    task));
            case "cancelled" ->
                    new TaskOutcome.Cancelled(
                            ran, message(checked(object, Set.of("status", "message")), task));
            default ->
                    throw Refusal.invalid(
                            "the status of the guest's outcome must be succeeded, failed or"
                                    + " cancelled");
        };
    }

    private static Request checked(ObjectNode object, Set<String> keys) throws Refusal {
        return Request.of(object, "the guest's outcome", keys);
    }

    private static Payload output(Request outcome, GuestTask task) throws Refusal {
        String text =
                outcome.value("output")
                        .map(value -> GuestJson.write(task.secrets().masked(value)))
                        .orElse("");
        if (text.length() > Payload.MAX_LENGTH) {
            throw new Refusal(
                    Code.LIMIT,
                    "the guest's output has "
                            + text.length()
                            + " characters; at most "
                            + Payload.MAX_LENGTH
                            + " can be kept");
        }
        return text.isEmpty() ? Payload.NONE : Payload.json(text);
    }

    private static AgentFailure failure(Request outcome, GuestTask task) throws Refusal {
        String name = outcome.text("code", MAX_MESSAGE);
        Code code =
                CODES.stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        Refusal.invalid(
                                                "the code of the guest's outcome must be one of "
                                                        + CODES));
        long retryAfterMs = outcome.number("retryAfterMs", 0, MAX_RETRY_AFTER_MS, UNSAID);
        return new AgentFailure(
                code,
                message(outcome, task),
                retryAfterMs == UNSAID
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(retryAfterMs)));
    }

    private static String message(Request outcome, GuestTask task) throws Refusal {
        String message = outcome.optionalText("message", Integer.MAX_VALUE).orElse("");
        String tidy = Lines.tidy(task.secrets().masked(message), MAX_MESSAGE).strip();
        return tidy.isEmpty() ? "the guest gave no reason" : tidy;
    }
}
