package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * How the pub/sub nodes run. A change replaces the nodes one by one, under traffic.
 *
 * @param config redis.conf directives by name; never null
 */
@ValidationRule(
        value = "self.imagePullPolicy in ['Always', 'IfNotPresent', 'Never']",
        message = "nodes.imagePullPolicy must be one of Always, IfNotPresent and Never.")
@ValidationRule(
        value = "self.config.all(k, k.size() <= 64 && k.matches('^[a-z][a-z0-9-]*$'))",
        message = "nodes.config: write the names of directives in lower case, as in redis.conf, for"
                + " example maxclients.")
@ValidationRule(
        value = "self.config.all(k, !(k in ['port', 'bind', 'bind-source-addr', 'protected-mode', 'save', 'appendonly',"
                + " 'dir', 'dbfilename', 'appenddirname', 'appendfilename', 'cluster-enabled', 'replicaof',"
                + " 'slaveof', 'daemonize', 'supervised', 'pidfile', 'include', 'unixsocket', 'requirepass',"
                + " 'masterauth', 'aclfile', 'user', 'rename-command', 'timeout', 'databases', 'logfile']))",
        message = "nodes.config: leave out directives that the operator owns: port, bind, bind-source-addr,"
                + " protected-mode, save, appendonly, dir, dbfilename, appenddirname, appendfilename,"
                + " cluster-enabled, replicaof, slaveof, daemonize, supervised, pidfile, include,"
                + " unixsocket, requirepass, masterauth, aclfile, user, rename-command, timeout,"
                + " databases, logfile.")
@ValidationRule(
        value = "self.config.all(k, !(k.startsWith('tls-') || k.startsWith('cluster-') || k.startsWith('repl-')"
                + " || k.startsWith('replica-')))",
        message = "nodes.config: leave out tls-, cluster-, repl- and replica- directives: nodes are"
                + " standalone servers set up by the operator.")
@ValidationRule(
        value = "self.config.all(k, !self.config[k].startsWith('--') && !self.config[k].contains('\\n'))",
        message = "nodes.config: write each value as one line that does not begin" + " with '--'.")
public record NodesSpec(
        @JsonPropertyDescription(
                "Image with redis-server and redis-cli on its PATH: Redis 7.0 or newer, or a Valkey 7.2 or newer"
                        + " that has programs of these names.")
        @Required
        @Size(min = 1, max = 512)
        @Pattern("^[^\\s]+$")
        String image,

        @JsonPropertyDescription("When the image is pulled: Always, IfNotPresent or Never.")
        @Default("IfNotPresent")
        @Size(max = 16)
        String imagePullPolicy,

        @JsonPropertyDescription("CPU, memory and other resources of a node.") @Default("{}")
        Resources resources,

        @JsonPropertyDescription("redis.conf directives by name, for example maxclients: \"50000\". Those on which the"
                + " operator relies are refused.")
        @Default("{}")
        @Size(max = 64)
        Map<String, @Size(max = 256) String> config,

        @JsonPropertyDescription("How long a node that is asked to go may take to hand over its channels, in seconds.")
        @Default("600")
        @Min(30)
        @Max(86_400)
        int terminationGracePeriodSeconds,

        @JsonPropertyDescription("Passwords of the nodes: who may do what on them.") @Default("{}")
        AuthSpec auth,

        @JsonPropertyDescription("Encryption between nodes, operator, gateways and back ends.") @Default("{}")
        TlsSpec tls) {
    @SuppressWarnings("ConstantValue")
    public NodesSpec {
        imagePullPolicy = imagePullPolicy == null ? "IfNotPresent" : imagePullPolicy;
        resources = resources == null ? Resources.NONE : resources;
        config = config == null ? Map.of() : Map.copyOf(config);
        terminationGracePeriodSeconds = terminationGracePeriodSeconds == 0 ? 600 : terminationGracePeriodSeconds;
        auth = auth == null ? AuthSpec.DEFAULT : auth;
        tls = tls == null ? TlsSpec.DEFAULT : tls;
    }

    /** A Secret in the namespace of the cluster. */
    public record SecretRef(
            @JsonPropertyDescription("Its name.") @Required @Size(min = 1, max = 253)
            String name) {}

    /** As in a container. */
    public record Resources(
            @JsonPropertyDescription("Guaranteed amounts, for example cpu: \"1\".") @Default("{}") @Size(max = 16)
            Map<String, Quantity> requests,

            @JsonPropertyDescription("Upper bounds, for example memory: 1Gi.") @Default("{}") @Size(max = 16)
            Map<String, Quantity> limits) {
        /** No requests, no limits. */
        public static final Resources NONE = new Resources(Map.of(), Map.of());

        @SuppressWarnings("ConstantValue")
        public Resources {
            requests = requests == null ? Map.of() : Map.copyOf(requests);
            limits = limits == null ? Map.of() : Map.copyOf(limits);
        }
    }
}
