package io.sirsi.aws.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeType;
import software.amazon.awssdk.services.ec2.model.Vpc;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

/**
 * What is put into an emulator: 250 instances in three regions with what they need, 120 buckets, 40
 * roles, and some users, databases and functions. Each resource that must be found afterwards is
 * named as {@code region type id}.
 */
public final class Landscape implements AutoCloseable {

    /** The regions that are filled. */
    public static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-2");

    /** How many instances each region gets. */
    public static final List<Integer> INSTANCES = List.of(120, 80, 50);

    /** How many buckets there are. */
    public static final int BUCKETS = 120;

    /** How many roles there are. */
    public static final int ROLES = 40;

    /** How many users there are. */
    public static final int USERS = 25;

    /** The emulator pages by reservation, and each call makes one: so there must be many. */
    private static final int AT_ONCE = 4;

    private static final String IMAGE = "ami-12c6146b";
    private static final String TRUST =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
                    + "{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";
    private static final String PUBLIC_POLICY =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
                    + "\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::BUCKET/*\"}]}";

    private final URI endpoint;
    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private final HttpClient plain =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> expected = new TreeSet<>();

    /**
     * Speaks to an emulator.
     *
     * @param endpoint where it listens
     */
    public Landscape(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** {@return everything that is there, as {@code region type id}, sorted} */
    public Set<String> expected() {
        return Set.copyOf(expected);
    }

    /**
     * Writes a credentials file with which the emulator can be called.
     *
     * @param file where
     * @return the file
     */
    public static Path writeCredentials(Path file) throws IOException {
        return Files.writeString(
                file,
                "[default]\naws_access_key_id = AKIDEMULATOR\naws_secret_access_key = emulated\n");
    }

    /** Puts everything in. */
    public void fill() {
        for (int i = 0; i < REGIONS.size(); i++) {
            compute(REGIONS.get(i), INSTANCES.get(i));
        }
        String role = identity();
        for (String region : REGIONS) {
            databases(region);
            functions(region, role);
        }
        buckets();
    }

    @Override
    public void close() {
        http.close();
    }

    private void compute(String region, int instances) {
        try (Ec2Client ec2 = client(Ec2Client.builder(), region)) {
            String vpc = ec2.createVpc(r -> r.cidrBlock("10.7.0.0/16")).vpc().vpcId();
            String subnet =
                    ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.7.0.0/22"))
                            .subnet()
                            .subnetId();
            ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.7.4.0/24"));
            String open =
                    ec2.createSecurityGroup(
                                    r -> r.vpcId(vpc).groupName("open-ssh").description("a door"))
                            .groupId();
            ec2.authorizeSecurityGroupIngress(
                    r ->
                            r.groupId(open)
                                    .ipPermissions(
                                            IpPermission.builder()
                                                    .ipProtocol("tcp")
                                                    .fromPort(22)
                                                    .toPort(22)
                                                    .ipRanges(
                                                            IpRange.builder()
                                                                    .cidrIp("0.0.0.0/0")
                                                                    .build())
                                                    .build()));
            for (int i = 0; i < 25; i++) {
                String name = "group-" + i;
                ec2.createSecurityGroup(r -> r.vpcId(vpc).groupName(name).description("some"));
            }
            for (int left = instances; left > 0; left -= AT_ONCE) {
                run(ec2, region, Math.min(left, AT_ONCE), subnet, open);
            }
            for (int i = 0; i < 5; i++) {
                boolean encrypted = i % 2 == 0;
                ec2.createVolume(
                        r ->
                                r.availabilityZone(region + "a")
                                        .size(8)
                                        .volumeType(VolumeType.GP3)
                                        .encrypted(encrypted));
            }
            // An account is never empty: what the emulator and RunInstances made counts, too.
            for (Volume volume : ec2.describeVolumes().volumes()) {
                expect(region, "aws:ec2:volume", volume.volumeId());
            }
            for (Vpc each : ec2.describeVpcs().vpcs()) {
                expect(region, "aws:ec2:vpc", each.vpcId());
            }
            for (Subnet each : ec2.describeSubnets().subnets()) {
                expect(region, "aws:ec2:subnet", each.subnetId());
            }
            for (SecurityGroup each : ec2.describeSecurityGroups().securityGroups()) {
                expect(region, "aws:ec2:security-group", each.groupId());
            }
        }
    }

    private void run(Ec2Client ec2, String region, int count, String subnet, String group) {
        Tag name = Tag.builder().key("Name").value("web-" + region).build();
        List<Instance> started =
                ec2.runInstances(
                                r ->
                                        r.imageId(IMAGE)
                                                .instanceType(InstanceType.T3_MICRO)
                                                .minCount(count)
                                                .maxCount(count)
                                                .subnetId(subnet)
                                                .securityGroupIds(group)
                                                .tagSpecifications(
                                                        TagSpecification.builder()
                                                                .resourceType(ResourceType.INSTANCE)
                                                                .tags(name)
                                                                .build()))
                        .instances();
        if (started.size() != count) {
            throw new IllegalStateException(
                    "wanted " + count + " instances, not " + started.size());
        }
        started.forEach(each -> expect(region, "aws:ec2:instance", each.instanceId()));
    }

    private String identity() {
        String arn = "";
        try (IamClient iam = client(IamClient.builder(), "us-east-1")) {
            for (int i = 0; i < ROLES; i++) {
                String name = "role-" + i;
                arn =
                        iam.createRole(r -> r.roleName(name).assumeRolePolicyDocument(TRUST))
                                .role()
                                .arn();
                expect("global", "aws:iam:role", name);
            }
            for (int i = 0; i < USERS; i++) {
                String name = "user-" + i;
                iam.createUser(r -> r.userName(name));
                if (i % 2 == 0) {
                    iam.createAccessKey(r -> r.userName(name));
                }
                if (i % 5 == 0) {
                    iam.createLoginProfile(r -> r.userName(name).password("Correct-horse-" + name));
                }
                expect("global", "aws:iam:user", name);
            }
        }
        return arn;
    }

    private void databases(String region) {
        try (RdsClient rds = client(RdsClient.builder(), region)) {
            for (int i = 0; i < 2; i++) {
                String name = "db-" + i;
                boolean open = i == 0;
                rds.createDBInstance(
                        r ->
                                r.dbInstanceIdentifier(name)
                                        .engine("postgres")
                                        .dbInstanceClass("db.t3.micro")
                                        .allocatedStorage(20)
                                        .masterUsername("someone")
                                        .masterUserPassword("Correct-horse-battery")
                                        .publiclyAccessible(open)
                                        .storageEncrypted(!open)
                                        .backupRetentionPeriod(open ? 0 : 7));
                expect(region, "aws:rds:instance", name);
            }
        }
    }

    private void functions(String region, String role) {
        try (LambdaClient lambda = client(LambdaClient.builder(), region)) {
            SdkBytes code = SdkBytes.fromByteArray(zip());
            for (int i = 0; i < 3; i++) {
                String name = "function-" + i;
                String runtime = i == 0 ? "python3.8" : "python3.13";
                lambda.createFunction(
                        r ->
                                r.functionName(name)
                                        .runtime(runtime)
                                        .role(role)
                                        .handler("main.handler")
                                        .code(c -> c.zipFile(code)));
                expect(region, "aws:lambda:function", name);
            }
        }
    }

    private void buckets() {
        List<S3Client> clients = new ArrayList<>();
        try {
            for (String region : REGIONS) {
                clients.add(client(S3Client.builder().forcePathStyle(true), region));
            }
            for (int i = 0; i < BUCKETS; i++) {
                String name = "bucket-" + i;
                String region = REGIONS.get(i % REGIONS.size());
                S3Client s3 = clients.get(i % REGIONS.size());
                if (region.equals("us-east-1")) {
                    putNothing(region, name, Map.of());
                } else {
                    s3.createBucket(
                            r ->
                                    r.bucket(name)
                                            .createBucketConfiguration(
                                                    c -> c.locationConstraint(region)));
                }
                expect(region, "aws:s3:bucket", name);
                decorate(s3, region, name, i);
            }
        } finally {
            clients.forEach(S3Client::close);
        }
    }

    private void decorate(S3Client s3, String region, String name, int i) {
        if (i % 4 == 1) {
            s3.putBucketVersioning(
                    r ->
                            r.bucket(name)
                                    .versioningConfiguration(
                                            v -> v.status(BucketVersioningStatus.ENABLED)));
        }
        if (i % 4 == 2) {
            ServerSideEncryptionRule rule =
                    ServerSideEncryptionRule.builder()
                            .applyServerSideEncryptionByDefault(
                                    d -> d.sseAlgorithm(ServerSideEncryption.AES256))
                            .build();
            s3.putBucketEncryption(
                    r -> r.bucket(name).serverSideEncryptionConfiguration(c -> c.rules(rule)));
        }
        if (i % 10 == 3) {
            putNothing(region, name + "?acl", Map.of("x-amz-acl", "public-read"));
        }
        if (i % 10 == 4) {
            s3.putBucketPolicy(r -> r.bucket(name).policy(PUBLIC_POLICY.replace("BUCKET", name)));
        }
        if (i % 10 == 5) {
            s3.putPublicAccessBlock(
                    r ->
                            r.bucket(name)
                                    .publicAccessBlockConfiguration(
                                            c ->
                                                    c.blockPublicAcls(true)
                                                            .ignorePublicAcls(true)
                                                            .blockPublicPolicy(true)
                                                            .restrictPublicBuckets(true)));
        }
    }

    /**
     * Sends a PUT without a body. The SDK's client leaves out the length of nothing, which the
     * emulator asks for.
     */
    private void putNothing(String region, String path, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(endpoint + "/" + path))
                        .timeout(Duration.ofSeconds(30))
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=AKIDEMULATOR/20260101/"
                                        + region
                                        + "/s3/aws4_request, SignedHeaders=host, Signature=none")
                        .PUT(HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        try {
            int status =
                    plain.send(request.build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode();
            if (status != 200) {
                throw new IllegalStateException("PUT " + path + " answered " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void expect(String region, String type, String id) {
        expected.add(region + " " + type + " " + id);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
            B builder, String region) {
        return builder.region(Region.of(region))
                .httpClient(http)
                .endpointOverride(endpoint)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEMULATOR", "emulated")))
                .build();
    }

    private static byte[] zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.write(
                    "def handler(event, context):\n    return 1\n"
                            .getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
