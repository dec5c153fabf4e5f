package io.sirsi.aws.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentFailure.Code;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Says what an exception of the SDK means to us. */
final class AwsFailures {

    /** Codes by which services say that they do not know us. */
    private static final Set<String> UNAUTHENTICATED =
            Set.of(
                    "AuthFailure",
                    "ExpiredToken",
                    "ExpiredTokenException",
                    "IncompleteSignature",
                    "IncompleteSignatureException",
                    "InvalidAccessKeyId",
                    "InvalidClientTokenId",
                    "InvalidIdentityToken",
                    "InvalidSignatureException",
                    "InvalidToken",
                    "MissingAuthenticationToken",
                    "MissingAuthenticationTokenException",
                    "RequestExpired",
                    "RequestTimeTooSkewed",
                    "SignatureDoesNotMatch",
                    "TokenRefreshRequired",
                    "UnrecognizedClientException");

    /** Of those, the ones that a region answers when the account has not enabled it. */
    private static final Set<String> ALSO_A_DISABLED_REGION =
            Set.of("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException");

    private static final Set<String> FORBIDDEN =
            Set.of(
                    "AccessDenied",
                    "AccessDeniedException",
                    "AllAccessDisabled",
                    "AuthorizationError",
                    "OptInRequired",
                    "UnauthorizedAccess",
                    "UnauthorizedOperation");

    private static final Set<String> THROTTLED =
            Set.of(
                    "BandwidthLimitExceeded",
                    "EC2ThrottledException",
                    "LimitExceededException",
                    "PriorRequestNotComplete",
                    "ProvisionedThroughputExceededException",
                    "RequestLimitExceeded",
                    "RequestThrottled",
                    "RequestThrottledException",
                    "SlowDown",
                    "Throttling",
                    "ThrottlingException",
                    "ThrottledException",
                    "TooManyRequestsException",
                    "TransactionInProgressException");

    /** What a person does about credentials, by the code that refused them. */
    private static final Map<String, String> REMEDIES =
            Map.of(
                    "ExpiredToken", "sign in again",
                    "ExpiredTokenException", "sign in again",
                    "RequestExpired", "set this machine's clock",
                    "RequestTimeTooSkewed", "set this machine's clock",
                    "SignatureDoesNotMatch", "check the secret access key",
                    "InvalidAccessKeyId", "check the access key id",
                    "InvalidClientTokenId", "check the access key id");

    private static final int LONGEST_MESSAGE = 240;

    private AwsFailures() {}

    /**
     * Translates.
     *
     * @param thrown what a client threw
     * @param call what was called and where, such as {@code ec2:DescribeVpcs in eu-west-1}
     * @param known whether the same credentials have been accepted elsewhere
     * @return what it means
     */
    static AgentFailure of(Throwable thrown, String call, boolean known) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Attempts.ComeBackLater later) {
                return new AgentFailure(
                        later.status() == 429 ? Code.THROTTLED : Code.REMOTE_ERROR,
                        call
                                + " answered "
                                + later.status()
                                + " and wants to be left alone for "
                                + later.delay().toSeconds()
                                + " s",
                        Optional.of(later.delay()));
            }
            if (cause instanceof SdkServiceException answer) {
                return answered(answer, call, known);
            }
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            Optional<AgentFailure> failure = unanswered(cause, call);
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        String message = sentence(thrown.getMessage());
        if (message.toLowerCase(Locale.ROOT).contains("credentials")) {
            return AgentFailure.of(
                    Code.UNAUTHENTICATED, call + " has no credentials to sign with: " + message);
        }
        return AgentFailure.of(Code.REMOTE_ERROR, call + " was not understood: " + message);
    }

    /**
     * Translates what went wrong while credentials were looked for.
     *
     * @param thrown what a provider of credentials threw
     * @param from where they were looked for
     * @return what it means
     */
    static AgentFailure ofCredentials(Throwable thrown, String from) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SdkServiceException || cause instanceof IOException) {
                return of(thrown, "signing in with " + from, false);
            }
        }
        return AgentFailure.of(
                Code.UNAUTHENTICATED,
                "no credentials from " + from + ": " + sentence(thrown.getMessage()));
    }

    private static AgentFailure answered(SdkServiceException answer, String call, boolean known) {
        int status = answer.statusCode();
        String code = "";
        String message = answer.getMessage();
        Optional<Duration> retryAfter = Optional.empty();
        if (answer instanceof AwsServiceException aws && aws.awsErrorDetails() != null) {
            AwsErrorDetails details = aws.awsErrorDetails();
            code = details.errorCode() == null ? "" : details.errorCode();
            message = details.errorMessage();
            if (details.sdkHttpResponse() != null) {
                retryAfter = Attempts.retryAfter(details.sdkHttpResponse());
            }
        }
        if (code.isEmpty() && status == 401) {
            // The JDK's client keeps the body of a 401 to itself. EC2 alone answers so, with this.
            code = "AuthFailure";
        }
        String what = sentence(message);
        String said =
                (code.isEmpty() ? "" : code + ", ") + status + (what.isEmpty() ? "" : ": " + what);
        if (THROTTLED.contains(code) || status == 429 || answer.isThrottlingException()) {
            return AgentFailure.throttled(call + " is throttled (" + said + ")", retryAfter);
        }
        if (known && ALSO_A_DISABLED_REGION.contains(code)) {
            return AgentFailure.of(
                    Code.FORBIDDEN,
                    call
                            + " refuses credentials that were accepted elsewhere, so the region is"
                            + " probably not enabled for the account ("
                            + said
                            + ")");
        }
        if (UNAUTHENTICATED.contains(code) || (status == 401 && !FORBIDDEN.contains(code))) {
            String remedy = REMEDIES.get(code);
            return AgentFailure.of(
                    Code.UNAUTHENTICATED,
                    call
                            + " does not accept the credentials ("
                            + said
                            + ")"
                            + (remedy == null ? "" : "; " + remedy));
        }
        if (code.equals("OptInRequired")) {
            return AgentFailure.of(
                    Code.FORBIDDEN, call + " is not enabled for the account (" + said + ")");
        }
        if (FORBIDDEN.contains(code) || status == 403) {
            return AgentFailure.of(Code.FORBIDDEN, call + " is not allowed (" + said + ")");
        }
        if (status >= 500) {
            return new AgentFailure(Code.REMOTE_ERROR, call + " failed (" + said + ")", retryAfter);
        }
        if (status == 404) {
            return AgentFailure.of(Code.NOT_FOUND, call + " found nothing (" + said + ")");
        }
        return AgentFailure.of(Code.INVALID, call + " was refused (" + said + ")");
    }

    private static Optional<AgentFailure> unanswered(Throwable cause, String call) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof UnknownHostException) {
            return Optional.of(
                    AgentFailure.of(
                            Code.UNREACHABLE,
                            call + ": the host " + cause.getMessage() + " is not known"));
        }
        if (cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || (cause instanceof SocketTimeoutException && message.contains("connect"))) {
            return Optional.of(
                    AgentFailure.of(
                            Code.UNREACHABLE,
                            call + ": no connection (" + sentence(cause.getMessage()) + ")"));
        }
        if (cause instanceof SocketTimeoutException
                || cause instanceof ApiCallTimeoutException
                || cause instanceof ApiCallAttemptTimeoutException) {
            return Optional.of(AgentFailure.of(Code.TIMED_OUT, call + " took longer than allowed"));
        }
        if (cause instanceof IOException) {
            return Optional.of(
                    AgentFailure.of(
                            Code.UNREACHABLE,
                            call
                                    + ": the connection broke ("
                                    + sentence(cause.getMessage())
                                    + ")"));
        }
        return Optional.empty();
    }

    /** One line, of bearable length, without the encoded report that EC2 appends. */
    private static String sentence(@Nullable String message) {
        if (message == null) {
            return "";
        }
        String line = message.replaceAll("\\s+", " ").strip();
        int report = line.indexOf("Encoded authorization failure message");
        if (report > 0) {
            line = line.substring(0, report).strip();
        }
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }
}
