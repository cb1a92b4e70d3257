package io.slackwater.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.client.ClientSettings;
import io.slackwater.client.PubSub;
import io.slackwater.client.PubSubClient;
import io.slackwater.quickstart.naive.NaivePubSub;
import io.slackwater.quickstart.traffic.BackEnd;
import io.slackwater.quickstart.traffic.Pacer;
import io.slackwater.ring.Node.Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process that stands for a back end: publishes when told to, and says at the end what it published. */
@Command(name = "publisher", description = "Back end of the quickstart; started by it.")
public final class PublisherMain implements Runnable {
    private static final int REPORT_MILLIS = 250;
    private static final int PATIENCE_MILLIS = 15_000;

    @Option(names = "--control", required = true, description = "HOST:PORT of the quickstart.")
    String control = "";

    @Option(names = "--seeds", required = true, split = ",", description = "HOST:PORT of pub/sub nodes.")
    List<String> seeds = List.of();

    @Option(names = "--cluster", required = true, description = "Name of the cluster.")
    String cluster = "";

    @Option(names = "--number", required = true, description = "Number of this back end, counted from 0.")
    int number;

    @Option(names = "--channels", required = true, description = "Number of channels.")
    int channels;

    @Option(names = "--seed", required = true, description = "Seed of what is published when.")
    long seed;

    @Option(names = "--naive", description = "Follow the ring as in the naive run.")
    boolean naive;

    private PublisherMain() {}

    /** Runs until the quickstart ends or says stop. */
    public static void main(String[] args) {
        int code = new CommandLine(new PublisherMain()).execute(args);
        // The library's threads must not keep the process.
        Runtime.getRuntime().halt(code);
    }

    @Override
    public void run() {
        Address to = address(control);
        try (Socket socket = new Socket(to.host(), to.port());
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                PrintStream out = new PrintStream(socket.getOutputStream(), false, UTF_8);
                PubSub tier = join()) {
            BackEnd backEnd = new BackEnd(tier, number, channels);
            out.println("ready " + number);
            out.flush();
            serve(in, out, backEnd);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the quickstart at " + control + " cannot be reached: " + e.getMessage(), e);
        }
    }

    private PubSub join() {
        List<Address> addresses = seeds.stream().map(PublisherMain::address).toList();
        return naive
                ? NaivePubSub.connect(addresses, (channel, payload) -> {})
                : PubSubClient.connect(
                        ClientSettings.builder(cluster, addresses.toArray(Address[]::new))
                                .memberPrefix("back-end-" + number)
                                .build(),
                        (channel, payload) -> {});
    }

    private void serve(BufferedReader in, PrintStream out, BackEnd backEnd) throws IOException {
        Pacer pacer = null;
        Thread reporter = null;
        String line = in.readLine();
        while (line != null) {
            if (line.startsWith("go ")) {
                pacer = new Pacer("pacer", Double.parseDouble(line.substring(3)), channels, seed, backEnd);
                reporter = Thread.ofPlatform().daemon().name("reporter").start(() -> report(out, backEnd));
            } else if (line.equals("stop")) {
                end(pacer, reporter, out, backEnd);
                return;
            }
            line = in.readLine();
        }
    }

    private static void report(PrintStream out, BackEnd backEnd) {
        try {
            while (!out.checkError()) {
                out.println("so-far " + backEnd.sent() + " " + backEnd.confirmed());
                Thread.sleep(REPORT_MILLIS);
            }
            Runtime.getRuntime().halt(0); // the quickstart is gone
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(@Nullable Pacer pacer, @Nullable Thread reporter, PrintStream out, BackEnd backEnd) {
        try {
            if (pacer != null && reporter != null) {
                pacer.close();
                reporter.interrupt();
                reporter.join();
            }
            for (int waited = 0; backEnd.inFlight() && waited < PATIENCE_MILLIS; waited += 10) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.println("so-far " + backEnd.sent() + " " + backEnd.confirmed());
        for (int channel = 0; channel < channels; channel++) {
            out.println("last " + channel + " " + backEnd.last(channel));
        }
        backEnd.open()
                .forEach((message, fate) -> out.println(switch (fate) {
                            case UNSENT -> "unsent ";
                            case UNSURE, IN_FLIGHT -> "unsure ";
                        }
                        + message.channel() + " " + message.n()));
        out.println("end");
        out.flush();
    }

    private static Address address(String text) {
        int colon = text.lastIndexOf(':');
        return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
