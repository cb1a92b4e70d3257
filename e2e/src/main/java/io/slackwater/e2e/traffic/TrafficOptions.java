package io.slackwater.e2e.traffic;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line. */
final class TrafficOptions {
    @Mixin
    MemberOptions member = new MemberOptions();

    @Option(names = "--gateways", required = true, split = ",", description = "WebSocket endpoints of the gateways.")
    List<URI> gateways = List.of();

    @Option(names = "--channels", description = "Number of channels (${DEFAULT-VALUE}).")
    int channels = 200;

    @Option(names = "--clients", description = "Number of WebSocket users (${DEFAULT-VALUE}).")
    int clients = 50;

    @Option(names = "--subscribers", description = "Subscribers of each channel (${DEFAULT-VALUE}).")
    int subscribers = 2;

    @Option(names = "--back-end-rate", description = "Messages a second of the back end (${DEFAULT-VALUE}).")
    double backEndRate = 100;

    @Option(names = "--user-rate", description = "Messages a second of all users; 0 for none (${DEFAULT-VALUE}).")
    double userRate = 100;

    @Option(names = "--hot", split = ",", description = "Numbers of channels, from 0, that share --hot-percent.")
    List<Integer> hot = List.of();

    @Option(names = "--hot-percent", description = "Percentage of all messages for them (${DEFAULT-VALUE}).")
    int hotPercent = 0;

    @Option(names = "--seed", description = "What is published when (${DEFAULT-VALUE}).")
    long seed = 1;
}
