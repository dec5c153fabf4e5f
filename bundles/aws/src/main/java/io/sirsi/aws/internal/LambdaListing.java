package io.sirsi.aws.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Lists what belongs to Lambda. */
final class LambdaListing {

    private static final int PAGE = 50;
    private static final int MIB = 20;

    private LambdaListing() {}

    /** Functions, with their tags. */
    static void functions(AwsCalls calls, String region)
            throws AgentFailureException, InterruptedException {
        LambdaClient lambda = calls.clients().lambda(region);
        Missing missing = new Missing(AwsType.FUNCTION.type(), "functions", calls.sink());
        calls.pages(
                Service.LAMBDA,
                region,
                "ListFunctions",
                how ->
                        lambda.listFunctionsPaginator(
                                request ->
                                        request.maxItems(calls.pageSize(PAGE))
                                                .overrideConfiguration(how)),
                page ->
                        calls.sink()
                                .page(
                                        calls.each(
                                                page.functions(),
                                                one -> function(calls, region, missing, one))));
        missing.report();
    }

    private static CloudResource function(
            AwsCalls calls, String region, Missing missing, FunctionConfiguration function)
            throws AgentFailureException, InterruptedException {
        Map<String, String> tags =
                missing.tryTo(
                                region,
                                function.functionName(),
                                "tags",
                                () ->
                                        calls.call(
                                                        Service.LAMBDA,
                                                        region,
                                                        "ListTags",
                                                        how ->
                                                                calls.clients()
                                                                        .lambda(region)
                                                                        .listTags(
                                                                                request ->
                                                                                        request.resource(
                                                                                                        function
                                                                                                                .functionArn())
                                                                                                .overrideConfiguration(
                                                                                                        how)))
                                                .tags())
                        .orElse(Map.of());
        Attributes attributes =
                new Attributes()
                        .put("arn", function.functionArn())
                        .put("runtime", function.runtimeAsString())
                        .put("packageType", function.packageTypeAsString())
                        .put("handler", function.handler())
                        .put("role", function.role())
                        .put("lastModified", function.lastModified())
                        .put("codeBytes", function.codeSize())
                        .bytes("memoryBytes", function.memorySize(), MIB)
                        .put("timeoutSeconds", function.timeout())
                        .put("state", function.stateAsString())
                        .join(
                                "architectures",
                                function.architecturesAsStrings(),
                                architecture -> architecture);
        if (function.vpcConfig() != null) {
            attributes.put("vpcId", function.vpcConfig().vpcId());
        }
        return new CloudResource(
                calls.sink().key(region, AwsType.FUNCTION.type(), function.functionName()),
                function.functionName(),
                tags,
                attributes.map());
    }
}
