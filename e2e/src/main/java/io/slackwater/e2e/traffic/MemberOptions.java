package io.slackwater.e2e.traffic;

import io.slackwater.client.ClientSettings;
import io.slackwater.client.PasswordFile;
import io.slackwater.client.PubSub;
import io.slackwater.client.PubSubClient;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.NodeUsers;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How a program joins the tier, and where it is asked. */
final class MemberOptions {
    @Option(names = "--seeds", required = true, split = ",", description = "HOST:PORT of nodes to join the tier by.")
    List<String> seeds = List.of();

    @Option(names = "--cluster", required = true, description = "Name of the cluster.")
    String cluster = "";

    @Option(names = "--tls-ca-file", required = true, description = "Certificate of the authority of the nodes.")
    Path caFile = Path.of("");

    @Option(names = "--password-file", required = true, description = "File with the password of a member.")
    Path passwordFile = Path.of("");

    @Option(names = "--port", description = "Where the report is asked for (${DEFAULT-VALUE}).")
    int port = 8080;

    /** Joins as a back end that listens to nothing. */
    PubSub join() {
        Address[] addresses = seeds.stream().map(MemberOptions::address).toArray(Address[]::new);
        return PubSubClient.connect(
                ClientSettings.builder(cluster, addresses)
                        .memberPrefix("back-end")
                        .tls(caFile)
                        .credentials(new PasswordFile(NodeUsers.MEMBER, passwordFile))
                        .build(),
                (channel, payload) -> {});
    }

    private static Address address(String text) {
        int colon = text.lastIndexOf(':');
        return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
