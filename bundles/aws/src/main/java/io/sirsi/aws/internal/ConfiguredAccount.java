package io.sirsi.aws.internal;

import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file {@code io.sirsi.aws.account-NAME.cfg}. Exists even if a value in it makes no sense: the
 * account is then listed, and every scan of it says what is wrong.
 */
@Component(
        service = ConfiguredAccount.class,
        configurationPid = AccountConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AccountConfig.class, factory = true)
public final class ConfiguredAccount {

    private static final Logger log = LoggerFactory.getLogger(ConfiguredAccount.class);

    private final String name;
    private final AccountSettings settings;
    private final Optional<String> problem;

    /** Reads a configuration. */
    @Activate
    public ConfiguredAccount(Map<String, Object> properties) {
        name = nameOf(properties);
        AccountSettings read = AccountSettings.DEFAULTS;
        String wrong = null;
        try {
            read = AccountSettings.read(name, properties);
        } catch (IllegalArgumentException e) {
            wrong = e.getMessage();
            log.warn("the AWS account '{}' cannot be scanned: {}", name, wrong);
        }
        settings = read;
        problem = Optional.ofNullable(wrong);
    }

    /** {@return the NAME in the file's name} */
    String name() {
        return name;
    }

    /** {@return what it says; the defaults if it makes no sense} */
    AccountSettings settings() {
        return settings;
    }

    /** {@return what is wrong with it, as one sentence} */
    Optional<String> problem() {
        return problem;
    }

    /**
     * A file becomes {@code io.sirsi.aws.account~NAME}; older installers put the file beside it.
     */
    private static String nameOf(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        int cut = pid.indexOf('~');
        if (cut >= 0) {
            return pid.substring(cut + 1);
        }
        String file = String.valueOf(properties.get("felix.fileinstall.filename"));
        String prefix = AccountConfig.PID + "-";
        int from = file.lastIndexOf(prefix);
        if (from >= 0) {
            String rest = file.substring(from + prefix.length());
            int dot = rest.lastIndexOf('.');
            return dot < 0 ? rest : rest.substring(0, dot);
        }
        return pid.substring(pid.lastIndexOf('.') + 1);
    }
}
