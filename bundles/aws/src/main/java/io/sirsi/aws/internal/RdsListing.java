package io.sirsi.aws.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.DiscoverySink;
import java.util.Map;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.Tag;

/** Lists what belongs to RDS. */
final class RdsListing {

    private static final int PAGE = 100;
    private static final int GIB = 30;

    private RdsListing() {}

    /** Database instances. */
    static void instances(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        RdsClient rds = calls.clients().rds(region);
        calls.pages(
                Service.RDS,
                region,
                "DescribeDBInstances",
                how ->
                        rds.describeDBInstancesPaginator(
                                request ->
                                        request.maxRecords(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page ->
                        calls.sink()
                                .page(
                                        page.dbInstances().stream()
                                                .map(one -> instance(calls.sink(), region, one))
                                                .toList()));
    }

    private static CloudResource instance(DiscoverySink sink, String region, DBInstance db) {
        Attributes attributes =
                new Attributes()
                        .put("arn", db.dbInstanceArn())
                        .put("engine", db.engine())
                        .put("engineVersion", db.engineVersion())
                        .put("instanceClass", db.dbInstanceClass())
                        .put("status", db.dbInstanceStatus())
                        .bytes("storageBytes", db.allocatedStorage(), GIB)
                        .put("storageType", db.storageType())
                        .put("storageEncrypted", db.storageEncrypted())
                        .put("kmsKeyId", db.kmsKeyId())
                        .put("publiclyAccessible", db.publiclyAccessible())
                        .put("multiAz", db.multiAZ())
                        .put("availabilityZone", db.availabilityZone())
                        .put("backupRetentionDays", db.backupRetentionPeriod())
                        .put("deletionProtection", db.deletionProtection())
                        .put("autoMinorVersionUpgrade", db.autoMinorVersionUpgrade())
                        .put("replicaOf", db.readReplicaSourceDBInstanceIdentifier())
                        .put("cluster", db.dbClusterIdentifier())
                        .put("createTime", db.instanceCreateTime());
        if (db.endpoint() != null) {
            attributes.put("endpoint", db.endpoint().address()).put("port", db.endpoint().port());
        }
        if (db.dbSubnetGroup() != null) {
            attributes.put("vpcId", db.dbSubnetGroup().vpcId());
        }
        Map<String, String> tags = Attributes.tags(db.tagList(), Tag::key, Tag::value);
        return new CloudResource(
                sink.key(region, AwsType.DATABASE.type(), db.dbInstanceIdentifier()),
                db.dbInstanceIdentifier(),
                tags,
                attributes.map());
    }
}
