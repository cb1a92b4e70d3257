package io.slackwater.client;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import io.slackwater.client.SubscribeWindows.Kind;
import io.slackwater.client.SubscribeWindows.Window;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.MemberAction.Connect;
import io.slackwater.ring.handover.MemberEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscribing connection. What is subscribed is known from the server's own confirmations, one per channel and connection, and
 * from nothing else: not from the driver's futures, which complete even when the connection is lost. A connection is never
 * resubscribed, its successor begins with nothing, so a confirmed channel is a subscribed one for as long as the connection lives
 * and there is nothing left that asking the server ({@code PUBSUB NUMSUB}) could find.
 */
final class SubscriberLink extends ServerLink implements RedisPubSubListener<String, byte[]> {
    private final SubscribeWindows windows;
    private final String control;
    private final String acks;
    private @Nullable StatefulRedisPubSubConnection<String, byte[]> pubSub;

    SubscriberLink(Shared shared, Lane lane, Connect request, Consumer<MemberEvent> report) {
        super(shared, lane, request, report);
        ClientSettings settings = shared.settings();
        this.windows = new SubscribeWindows(settings.windowChannels(), settings.windowsInFlight(), this::send);
        this.control = shared.names().control();
        this.acks = shared.names().acks();
    }

    @Override
    CompletionStage<? extends StatefulRedisConnection<String, byte[]>> dial(RedisURI uri) {
        return lane.redis().connectPubSubAsync(PayloadCodec.INSTANCE, uri).thenApply(made -> pubSub = made);
    }

    @Override
    CompletionStage<?> beforeRing() {
        commands().getStatefulConnection().addListener((RedisPubSubListener<String, byte[]>) this);
        return commands().subscribe(control);
    }

    @Override
    void ended() {}

    void add(Kind kind, List<String> names) {
        if (isOpen()) {
            windows.add(kind, names);
        }
    }

    private void send(Window window) {
        String[] names = window.names.toArray(String[]::new);
        RedisFuture<Void> sent = switch (window.kind) {
            case SUBSCRIBE -> commands().subscribe(names);
            case UNSUBSCRIBE -> commands().unsubscribe(names);
            case PSUBSCRIBE -> commands().psubscribe(names);
            case PUNSUBSCRIBE -> commands().punsubscribe(names);
        };
        sent.whenComplete((nothing, failure) -> {
            if (failure != null) {
                commandFailed(window.kind + " of " + names.length + " from " + names[0] + " on", failure);
                windows.refused(window);
            }
        });
    }

    private RedisPubSubAsyncCommands<String, byte[]> commands() {
        if (pubSub == null) {
            throw new IllegalStateException(where() + " is not connected");
        }
        return pubSub.async();
    }

    @Override
    public void message(String channel, byte[] payload) {
        heard();
        if (!channel.equals(control)) {
            report(new MemberEvent.Message(request.connection(), null, channel, payload));
        } else if (isOpen()) {
            shared.rings().readPublished(payload, where(), this::published, this::completeRing);
        }
    }

    private void published(Ring ring) {
        report(new MemberEvent.Control(request.connection(), ring));
    }

    /**
     * A change to a ring that is not known here was published. The key was written before that, and its answer comes behind all that this connection
     * brought until then: it stands for the message, whichever newer ring it has.
     */
    private void completeRing() {
        shared.metrics().ringIncomplete();
        redis().get(shared.names().ring()).whenComplete((bytes, failure) -> {
            if (failure != null) {
                commandFailed("GET ring", failure);
                return;
            }
            Ring ring = shared.rings().read(bytes, where());
            if (ring != null) {
                published(ring);
            }
        });
    }

    @Override
    public void message(String pattern, String channel, byte[] payload) {
        heard();
        // A pattern such as * matches the protocol's own channels too.
        if (!channel.equals(control) && !channel.equals(acks)) {
            report(new MemberEvent.Message(request.connection(), pattern, channel, payload));
        }
    }

    @Override
    public void subscribed(String channel, long count) {
        heard();
        if (!channel.equals(control)) {
            windows.confirmed();
            report(new MemberEvent.Subscribed(request.connection(), channel));
        }
    }

    @Override
    public void unsubscribed(String channel, long count) {
        heard();
        windows.confirmed();
        report(new MemberEvent.Unsubscribed(request.connection(), channel));
    }

    @Override
    public void psubscribed(String pattern, long count) {
        heard();
        windows.confirmed();
        report(new MemberEvent.PatternSubscribed(request.connection(), pattern));
    }

    @Override
    public void punsubscribed(String pattern, long count) {
        heard();
        windows.confirmed();
        report(new MemberEvent.PatternUnsubscribed(request.connection(), pattern));
    }
}
