package io.sirsi.aws.internal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.JsonNodeParser;

/** Reads who may assume a role. */
final class TrustPolicy {

    private TrustPolicy() {}

    /**
     * Tells whether a trust policy lets every principal of every account in, without a condition.
     *
     * @param json the policy
     * @return whether it does; empty if the policy cannot be read
     */
    static Optional<Boolean> trustsAnyone(String json) {
        try {
            JsonNode policy = JsonNodeParser.create().parse(json);
            return policy.field("Statement")
                    .map(TrustPolicy::asList)
                    .map(statements -> statements.stream().anyMatch(TrustPolicy::isOpen));
        } catch (RuntimeException e) {
            // whatever the parser thinks of it, we cannot say
            return Optional.empty();
        }
    }

    private static boolean isOpen(JsonNode statement) {
        boolean allows =
                statement.field("Effect").map(effect -> isText(effect, "Allow")).orElse(false);
        return allows
                && statement.field("Condition").isEmpty()
                && statement.field("Principal").map(TrustPolicy::isAnyone).orElse(false);
    }

    private static boolean isAnyone(JsonNode principal) {
        if (!principal.isObject()) {
            return isText(principal, "*");
        }
        return principal
                .field("AWS")
                .map(TrustPolicy::asList)
                .map(names -> names.stream().anyMatch(name -> isText(name, "*")))
                .orElse(false);
    }

    private static List<JsonNode> asList(JsonNode node) {
        return node.isArray() ? node.asArray() : List.of(node);
    }

    private static boolean isText(@Nullable JsonNode node, String text) {
        return node != null && node.isString() && node.asString().equals(text);
    }
}
