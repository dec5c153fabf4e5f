package io.sirsi.aws.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small server that speaks the protocols of EC2, STS, IAM, RDS, Lambda and S3 as far as we call
 * them: it pages, and it fails as it is told to. It keeps what it was asked.
 */
final class AwsStub implements AutoCloseable {

    /** One call, as the server understood it. */
    record Call(String service, String region, String operation, Map<String, String> parameters) {

        /** {@return the parameter, or nothing} */
        String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }
    }

    /** One answer. */
    record Answer(int status, String body, Map<String, String> headers) {
        Answer(int status, String body) {
            this(status, body, Map.of());
        }
    }

    static final int INSTANCES = 45;
    static final int BUCKETS = 45;

    private static final Pattern SIGNED_FOR =
            Pattern.compile("Credential=[^/]+/[0-9]{8}/([a-z0-9-]+)/([a-z0-9-]+)/");

    private final HttpServer server;
    private final ExecutorService threads;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<Call> failedBefore = ConcurrentHashMap.newKeySet();
    private volatile Function<Call, Optional<Answer>> fault = call -> Optional.empty();

    AwsStub() throws IOException {
        threads = Executors.newFixedThreadPool(8);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on, calls are answered with this where it is present. */
    AwsStub failing(Function<Call, Optional<Answer>> newFault) {
        fault = newFault;
        return this;
    }

    /** From now on, each call fails the first time, in the way of its service. */
    AwsStub failingOnce() {
        return failing(
                call -> failedBefore.add(call) ? Optional.of(throttle(call)) : Optional.empty());
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    long count(String operation) {
        return calls.stream().filter(call -> call.operation().equals(operation)).count();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** {@return an error in the words of a service} */
    static Answer error(Call call, int status, String code, String message) {
        return switch (call.service()) {
            case "ec2" ->
                    new Answer(
                            status,
                            "<Response><Errors><Error><Code>"
                                    + code
                                    + "</Code><Message>"
                                    + message
                                    + "</Message></Error></Errors><RequestID>1</RequestID></Response>");
            case "s3" ->
                    new Answer(
                            status,
                            "<Error><Code>"
                                    + code
                                    + "</Code><Message>"
                                    + message
                                    + "</Message></Error>");
            case "lambda" ->
                    new Answer(
                            status,
                            "{\"message\":\"" + message + "\"}",
                            Map.of("x-amzn-ErrorType", code));
            default ->
                    new Answer(
                            status,
                            "<ErrorResponse><Error><Type>Sender</Type><Code>"
                                    + code
                                    + "</Code><Message>"
                                    + message
                                    + "</Message></Error><RequestId>1</RequestId></ErrorResponse>");
        };
    }

    private static Answer throttle(Call call) {
        return switch (call.service()) {
            case "ec2" -> error(call, 503, "RequestLimitExceeded", "Request limit exceeded.");
            case "s3" -> error(call, 503, "SlowDown", "Please reduce your request rate.");
            case "rds" -> error(call, 500, "InternalFailure", "Something broke.");
            default -> {
                Answer slow = error(call, 429, "TooManyRequestsException", "Rate exceeded");
                Map<String, String> headers = new HashMap<>(slow.headers());
                headers.put("Retry-After", "1");
                yield new Answer(slow.status(), slow.body(), headers);
            }
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Call call = understand(exchange, body);
            calls.add(call);
            Answer answer = fault.apply(call).orElseGet(() -> answer(call));
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            call.service().equals("lambda") ? "application/json" : "text/xml");
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), empty ? -1 : bytes.length);
            if (!empty) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private static Call understand(HttpExchange exchange, String body) {
        String service = "";
        String region = "";
        Matcher signed =
                SIGNED_FOR.matcher(
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        if (signed.find()) {
            region = signed.group(1);
            service = signed.group(2);
        }
        Map<String, String> parameters = new TreeMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        form(body.startsWith("Action") || body.contains("&Action=") ? body : "", parameters);
        form(query == null ? "" : query, parameters);
        String path = exchange.getRequestURI().getPath();
        String operation = parameters.getOrDefault("Action", "");
        if (service.equals("lambda")) {
            operation = path.contains("/tags/") ? "ListTags" : "ListFunctions";
        } else if (service.equals("s3")) {
            String bucket = path.substring(1).replace("/", "");
            parameters.put("bucket", bucket);
            operation = s3Operation(exchange.getRequestMethod(), bucket, parameters);
        }
        return new Call(service, region, operation, Map.copyOf(parameters));
    }

    private static String s3Operation(
            String method, String bucket, Map<String, String> parameters) {
        if (bucket.isEmpty()) {
            return "ListBuckets";
        }
        if (method.equals("HEAD")) {
            return "HeadBucket";
        }
        for (String aspect :
                List.of(
                        "location",
                        "encryption",
                        "versioning",
                        "publicAccessBlock",
                        "policyStatus",
                        "acl",
                        "tagging")) {
            if (parameters.containsKey(aspect)) {
                return aspect;
            }
        }
        return "?";
    }

    private static void form(String text, Map<String, String> into) {
        for (String pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                int cut = pair.indexOf('=');
                String key = cut < 0 ? pair : pair.substring(0, cut);
                String value = cut < 0 ? "" : pair.substring(cut + 1);
                into.put(
                        URLDecoder.decode(key, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
    }

    private Answer answer(Call call) {
        return switch (call.service() + ":" + call.operation()) {
            case "sts:GetCallerIdentity" ->
                    ok(
                            "<GetCallerIdentityResponse><GetCallerIdentityResult>"
                                    + "<Arn>arn:aws:iam::111122223333:user/reader</Arn>"
                                    + "<UserId>AIDA</UserId><Account>111122223333</Account>"
                                    + "</GetCallerIdentityResult></GetCallerIdentityResponse>");
            case "ec2:DescribeRegions" ->
                    ok(
                            "<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName>"
                                    + "</item><item><regionName>us-east-1</regionName></item></regionInfo>"
                                    + "</DescribeRegionsResponse>");
            case "ec2:DescribeInstances" -> instances(call);
            case "ec2:DescribeVolumes" ->
                    ok(
                            "<DescribeVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId>"
                                    + "<size>8</size><status>available</status><encrypted>false</encrypted>"
                                    + "</item></volumeSet></DescribeVolumesResponse>");
            case "ec2:DescribeVpcs" ->
                    ok(
                            "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId>"
                                    + "<cidrBlock>10.0.0.0/16</cidrBlock><isDefault>true</isDefault>"
                                    + "</item></vpcSet></DescribeVpcsResponse>");
            case "ec2:DescribeSubnets" ->
                    ok(
                            "<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId>"
                                    + "<availableIpAddressCount>3</availableIpAddressCount>"
                                    + "</item></subnetSet></DescribeSubnetsResponse>");
            case "ec2:DescribeSecurityGroups" ->
                    ok(
                            "<DescribeSecurityGroupsResponse><securityGroupInfo><item>"
                                    + "<groupId>sg-1</groupId><groupName>door</groupName><ipPermissions><item>"
                                    + "<ipProtocol>tcp</ipProtocol><fromPort>20</fromPort><toPort>30</toPort>"
                                    + "<ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges>"
                                    + "</item></ipPermissions></item></securityGroupInfo>"
                                    + "</DescribeSecurityGroupsResponse>");
            case "rds:DescribeDBInstances" ->
                    ok(
                            "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances>"
                                    + "<DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier>"
                                    + "<PubliclyAccessible>true</PubliclyAccessible>"
                                    + "<StorageEncrypted>false</StorageEncrypted>"
                                    + "<BackupRetentionPeriod>0</BackupRetentionPeriod></DBInstance>"
                                    + "</DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>");
            case "lambda:ListFunctions" ->
                    ok(
                            "{\"Functions\":[{\"FunctionName\":\"resize\",\"FunctionArn\":"
                                    + "\"arn:aws:lambda:eu-west-1:111122223333:function:resize\","
                                    + "\"Runtime\":\"python3.8\",\"MemorySize\":128}]}");
            case "lambda:ListTags" -> ok("{\"Tags\":{\"team\":\"web\"}}");
            case "iam:ListUsers" ->
                    ok(
                            "<ListUsersResponse><ListUsersResult><IsTruncated>false</IsTruncated><Users>"
                                    + "<member><UserName>alice</UserName><Path>/</Path>"
                                    + "<Arn>arn:aws:iam::111122223333:user/alice</Arn></member></Users>"
                                    + "</ListUsersResult></ListUsersResponse>");
            case "iam:GetLoginProfile" ->
                    ok(
                            "<GetLoginProfileResponse><GetLoginProfileResult><LoginProfile>"
                                    + "<UserName>alice</UserName></LoginProfile></GetLoginProfileResult>"
                                    + "</GetLoginProfileResponse>");
            case "iam:ListMFADevices" ->
                    ok(
                            "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices/>"
                                    + "</ListMFADevicesResult></ListMFADevicesResponse>");
            case "iam:ListAccessKeys" ->
                    ok(
                            "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata><member>"
                                    + "<AccessKeyId>AKIAOLD</AccessKeyId><Status>Active</Status>"
                                    + "<CreateDate>2020-01-02T03:04:05Z</CreateDate></member>"
                                    + "</AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>");
            case "iam:GetAccessKeyLastUsed" ->
                    ok(
                            "<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult>"
                                    + "<AccessKeyLastUsed><Region>eu-west-1</Region><ServiceName>s3"
                                    + "</ServiceName><LastUsedDate>2021-01-02T03:04:05Z</LastUsedDate>"
                                    + "</AccessKeyLastUsed></GetAccessKeyLastUsedResult>"
                                    + "</GetAccessKeyLastUsedResponse>");
            case "iam:ListUserTags" ->
                    ok(
                            "<ListUserTagsResponse><ListUserTagsResult><Tags/></ListUserTagsResult>"
                                    + "</ListUserTagsResponse>");
            case "iam:ListRoles" ->
                    ok(
                            "<ListRolesResponse><ListRolesResult><Roles><member>"
                                    + role()
                                    + "</member></Roles></ListRolesResult></ListRolesResponse>");
            case "iam:GetRole" ->
                    ok(
                            "<GetRoleResponse><GetRoleResult><Role>"
                                    + role()
                                    + "</Role></GetRoleResult></GetRoleResponse>");
            case "s3:ListBuckets" -> buckets(call);
            case "s3:location" -> ok("<LocationConstraint>eu-west-1</LocationConstraint>");
            case "s3:encryption" ->
                    error(
                            call,
                            404,
                            "ServerSideEncryptionConfigurationNotFoundError",
                            "there is none");
            case "s3:versioning" -> ok("<VersioningConfiguration/>");
            case "s3:publicAccessBlock" ->
                    error(call, 404, "NoSuchPublicAccessBlockConfiguration", "there is none");
            case "s3:policyStatus" -> ok("<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>");
            case "s3:acl" -> ok("<AccessControlPolicy><AccessControlList/></AccessControlPolicy>");
            case "s3:tagging" ->
                    ok(
                            "<Tagging><TagSet><Tag><Key>team</Key><Value>web</Value></Tag></TagSet>"
                                    + "</Tagging>");
            default -> error(call, 400, "InvalidAction", "no such call here: " + call);
        };
    }

    private static String role() {
        return "<RoleName>open</RoleName><Path>/</Path><Arn>arn:aws:iam::111122223333:role/open</Arn>"
                + "<AssumeRolePolicyDocument>%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22"
                + "Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%7D%7D</AssumeRolePolicyDocument>";
    }

    private static Answer instances(Call call) {
        int from = number(call.parameter("NextToken"), 0);
        int to = Math.min(INSTANCES, from + number(call.parameter("MaxResults"), INSTANCES));
        StringBuilder items = new StringBuilder();
        for (int i = from; i < to; i++) {
            items.append("<item><instancesSet><item><instanceId>i-")
                    .append(call.region())
                    .append('-')
                    .append(i)
                    .append("</instanceId><ipAddress>192.0.2.1</ipAddress><instanceState><code>16")
                    .append("</code><name>running</name></instanceState><metadataOptions>")
                    .append("<httpTokens>optional</httpTokens></metadataOptions>")
                    .append("</item></instancesSet></item>");
        }
        return ok(
                "<DescribeInstancesResponse><reservationSet>"
                        + items
                        + "</reservationSet>"
                        + (to < INSTANCES ? "<nextToken>" + to + "</nextToken>" : "")
                        + "</DescribeInstancesResponse>");
    }

    private static Answer buckets(Call call) {
        int from = number(call.parameter("continuation-token"), 0);
        int to = Math.min(BUCKETS, from + number(call.parameter("max-buckets"), BUCKETS));
        StringBuilder items = new StringBuilder();
        for (int i = from; i < to; i++) {
            items.append("<Bucket><Name>bucket-")
                    .append(i)
                    .append("</Name><CreationDate>2024-01-02T03:04:05Z</CreationDate></Bucket>");
        }
        return ok(
                "<ListAllMyBucketsResult><Buckets>"
                        + items
                        + "</Buckets>"
                        + (to < BUCKETS ? "<ContinuationToken>" + to + "</ContinuationToken>" : "")
                        + "</ListAllMyBucketsResult>");
    }

    private static int number(String text, int byDefault) {
        return text.isEmpty() ? byDefault : Integer.parseInt(text);
    }

    private static Answer ok(String body) {
        return new Answer(200, body);
    }

    /** {@return the names of the calls that were made to a service} */
    List<String> operations(String service) {
        List<String> names = new ArrayList<>();
        calls.stream()
                .filter(call -> call.service().equals(service))
                .forEach(call -> names.add(call.operation()));
        return names;
    }
}
