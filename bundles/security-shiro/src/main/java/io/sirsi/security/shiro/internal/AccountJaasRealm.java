package io.sirsi.security.shiro.internal;

import io.sirsi.audit.AuditTrail;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Takes the place of Karaf's own realm for every door: it has the same name and a higher rank.
 * While it is away, Karaf's realm is asked, which has no users and no keys, and lets nobody in.
 */
@Component(service = JaasRealm.class, configurationPid = "io.sirsi.security.shiro")
public final class AccountJaasRealm implements JaasRealm {

    private static final String KARAF_REALM = "karaf";
    private static final int ABOVE_KARAFS_OWN = 100;

    private final LoginDesk desk;
    private final AppConfigurationEntry entry;

    /**
     * @param realm knows the accounts
     * @param audit where logins are written
     * @param context names this bundle, from which Karaf loads the login module
     * @param config how guessing is slowed down
     */
    @Activate
    public AccountJaasRealm(
            @Reference AccountRealm realm,
            @Reference AuditTrail audit,
            BundleContext context,
            SecurityConfig config) {
        this.desk = new LoginDesk(realm, audit, config, System::nanoTime);
        this.entry =
                new AppConfigurationEntry(
                        ProxyLoginModule.class.getName(),
                        LoginModuleControlFlag.REQUIRED,
                        Map.of(
                                ProxyLoginModule.PROPERTY_MODULE,
                                AccountLoginModule.class.getName(),
                                ProxyLoginModule.PROPERTY_BUNDLE,
                                Long.toString(context.getBundle().getBundleId()),
                                AccountLoginModule.DESK,
                                desk));
    }

    @Override
    public String getName() {
        return KARAF_REALM;
    }

    @Override
    public int getRank() {
        return ABOVE_KARAFS_OWN;
    }

    @Override
    public AppConfigurationEntry[] getEntries() {
        return new AppConfigurationEntry[] {entry};
    }

    @Deactivate
    void stop() {
        desk.close();
    }
}
