package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelFanoutTest {
    private static final int BACKLOG = 64 * 1024;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(3, NioIoHandler.newFactory());
    private final FakePubSub tier = new FakePubSub();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ChannelFanout fanout = new ChannelFanout(
            loops(),
            BACKLOG,
            new GatewayMetrics(meters, new AcceptLatency(System::nanoTime)),
            System::nanoTime,
            listener -> tier.connect(listener, meters));

    /** Keeps what it is told. */
    private static final class Recorder implements Subscription.Holder {
        final Queue<String> messages = new ConcurrentLinkedQueue<>();
        final AtomicInteger confirmed = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger missed = new AtomicInteger();

        @Override
        public void message(Subscription subscription, SharedMessage message) {
            String rest = message.rest().toString(UTF_8);
            messages.add(rest.substring(rest.indexOf("\n\n") + 2, rest.length() - 1));
        }

        @Override
        public void confirmed(Subscription subscription) {
            confirmed.incrementAndGet();
        }

        @Override
        public void failed(Subscription subscription, Throwable cause) {
            failed.incrementAndGet();
        }

        @Override
        public void missed(Subscription subscription) {
            missed.incrementAndGet();
        }
    }

    private List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(executor -> loops.add((EventLoop) executor));
        return loops;
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private void on(EventLoop loop, Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    private Subscription add(EventLoop loop, String channel, Recorder recorder) {
        Subscription subscription = new Subscription("id", channel, recorder, null);
        on(loop, () -> fanout.on(loop).add(subscription));
        return subscription;
    }

    @Test
    void manyClientsShareOneSubscriptionOfTheTier() {
        List<Recorder> recorders = new ArrayList<>();
        List<Runnable> leave = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Recorder recorder = new Recorder();
            EventLoop loop = loops().get(i % 3);
            Subscription subscription = add(loop, "c", recorder);
            recorders.add(recorder);
            leave.add(() -> on(loop, () -> fanout.on(loop).remove(subscription)));
        }
        await().until(() -> recorders.stream().allMatch(r -> r.confirmed.get() == 1));
        assertThat(tier.calls).containsExactly("+c");
        for (int i = 0; i < 1_000; i++) {
            tier.deliver("c", String.valueOf(i).getBytes(UTF_8));
        }
        await().until(() -> recorders.stream().allMatch(r -> r.messages.size() == 1_000));
        for (Recorder recorder : recorders) {
            int expected = 0;
            for (String message : recorder.messages) {
                assertThat(message).isEqualTo(String.valueOf(expected++));
            }
        }
        leave.subList(0, 29).forEach(Runnable::run);
        assertThat(tier.calls).containsExactly("+c");
        leave.get(29).run();
        assertThat(tier.calls).containsExactly("+c", "-c");
        assertThat(fanout.channels()).isZero();
    }

    /** Joining and leaving at random on all loops: the tier ends up with exactly what is wanted, and each call was a change. */
    @Test
    void lastUnsubscribeAgainstNewSubscribe() throws InterruptedException {
        int rounds = 3_000;
        List<Recorder> last = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(3);
        for (EventLoop loop : loops()) {
            Random random = new Random(loops().indexOf(loop));
            Recorder recorder = new Recorder();
            last.add(recorder);
            loop.execute(new Runnable() {
                private final List<Subscription> mine = new ArrayList<>();
                private int round;

                @Override
                public void run() {
                    if (round++ == rounds) {
                        mine.forEach(fanout.on(loop)::remove);
                        if (loops().indexOf(loop) == 0) {
                            fanout.on(loop).add(new Subscription("end", "c0", recorder, null));
                        }
                        done.countDown();
                        return;
                    }
                    if (mine.isEmpty() || random.nextBoolean()) {
                        Subscription subscription = new Subscription("i", "c" + random.nextInt(2), recorder, null);
                        mine.add(subscription);
                        fanout.on(loop).add(subscription);
                    } else {
                        fanout.on(loop).remove(mine.remove(random.nextInt(mine.size())));
                    }
                    loop.execute(this);
                }
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(tier.subscribed).containsExactly("c0");
        assertThat(fanout.channels()).isEqualTo(1);
        for (String channel : List.of("c0", "c1")) {
            List<String> calls =
                    tier.calls.stream().filter(c -> c.endsWith(channel)).toList();
            for (int i = 0; i < calls.size(); i++) {
                assertThat(calls.get(i)).isEqualTo((i % 2 == 0 ? "+" : "-") + channel);
            }
        }
        tier.deliver("c0", "here".getBytes(UTF_8));
        await().until(() -> last.get(0).messages.contains("here"));
    }

    @Test
    void leavingBeforeTheConfirmationConfirmsNobodyElse() {
        tier.holdSubscribes = true;
        EventLoop loop = loops().get(0);
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        Subscription gone = add(loop, "c", first);
        on(loop, () -> fanout.on(loop).remove(gone));
        add(loop, "c", second);
        assertThat(tier.calls).containsExactly("+c", "-c", "+c");
        tier.heldSubscribes.remove().complete(null);
        on(loop, () -> {});
        assertThat(second.confirmed).hasValue(0);
        tier.heldSubscribes.remove().complete(null);
        await().until(() -> second.confirmed.get() == 1);
        assertThat(first.confirmed).hasValue(0);
    }

    @Test
    void afterAFailureTheNextLoopAsksAgain() {
        tier.holdSubscribes = true;
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        add(loops().get(0), "c", first);
        tier.heldSubscribes.remove().completeExceptionally(new IllegalStateException("no"));
        await().until(() -> first.failed.get() == 1);
        add(loops().get(1), "c", second);
        tier.heldSubscribes.remove().complete(null);
        await().until(() -> second.confirmed.get() == 1);
    }

    @Test
    void aLoopTooFarBehindTellsItsSubscribersInsteadOfSkipping() throws InterruptedException {
        EventLoop slow = loops().get(0);
        EventLoop fast = loops().get(1);
        Recorder behind = new Recorder();
        Recorder bystander = new Recorder();
        Recorder elsewhere = new Recorder();
        add(slow, "c", behind);
        add(slow, "quiet", bystander);
        add(fast, "c", elsewhere);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        slow.execute(() -> {
            blocked.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        blocked.await();
        byte[] payload = new byte[1_000];
        for (int i = 0; i < 100; i++) {
            int expected = i + 1;
            tier.deliver("c", payload);
            await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> elsewhere.messages.size() == expected);
        }
        release.countDown();
        await().until(() -> behind.missed.get() == 1);
        assertThat(behind.messages).hasSizeLessThan(65);
        assertThat(bystander.missed).hasValue(0);
        assertThat(elsewhere.missed).hasValue(0);
        assertThat(meters.get("slackwater.gateway.backlog.overflows").counter().count())
                .isBetween(30.0, 40.0);
        // The backlog is empty again: nothing of the refused messages stays counted.
        tier.deliver("quiet", "on".getBytes(UTF_8));
        await().until(() -> bystander.messages.contains("on"));
    }
}
