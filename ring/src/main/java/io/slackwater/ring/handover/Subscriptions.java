package io.slackwater.ring.handover;

import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.Subscription.On;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything the application wants, grouped by slot so that a change of the ring touches only the slots it changes, and the
 * commands that an event adds to each connection, in order.
 */
final class Subscriptions {
    private final Map<String, Subscription> channels = new HashMap<>();
    private final Map<String, Subscription> patterns = new LinkedHashMap<>();
    private final Map<Integer, Group> groups = new HashMap<>();
    private final Map<Long, List<MemberAction>> commands = new LinkedHashMap<>();
    private int unready;
    private int wanted;

    @Nullable
    Subscription channel(String name) {
        return channels.get(name);
    }

    @Nullable
    Subscription pattern(String name) {
        return patterns.get(name);
    }

    Collection<Subscription> patterns() {
        return patterns.values();
    }

    Collection<Group> groups() {
        return groups.values();
    }

    @Nullable
    Group group(int slot) {
        return groups.get(slot);
    }

    /** How many are wanted and not ready. */
    int unready() {
        return unready;
    }

    /** How many are wanted. */
    int wanted() {
        return wanted;
    }

    boolean isEmpty() {
        return channels.isEmpty() && patterns.isEmpty();
    }

    /** Marks the channel as wanted. */
    Subscription wantChannel(String name) {
        Subscription subscription = channels.get(name);
        if (subscription == null) {
            subscription = new Subscription(name, Slots.of(name));
            channels.put(name, subscription);
            groups.computeIfAbsent(subscription.slot, Group::new).subscriptions.add(subscription);
        }
        return want(subscription);
    }

    /** Marks the pattern as wanted. */
    Subscription wantPattern(String name) {
        return want(patterns.computeIfAbsent(name, pattern -> new Subscription(pattern, -1)));
    }

    private Subscription want(Subscription subscription) {
        if (!subscription.wanted) {
            subscription.wanted = true;
            wanted++;
            unready++;
        }
        return subscription;
    }

    void unwant(Subscription subscription) {
        if (subscription.wanted) {
            subscription.wanted = false;
            wanted--;
            subscription.generation++;
            unready -= subscription.ready ? 0 : 1;
            subscription.ready = false;
        }
    }

    /** Returns whether it has become ready by this. */
    boolean markReady(Subscription subscription, boolean ready) {
        if (!subscription.wanted || subscription.ready == ready) {
            return false;
        }
        subscription.ready = ready;
        unready += ready ? -1 : 1;
        return ready;
    }

    /** Forgets it if nobody wants it and no connection has it. */
    void releaseIfIdle(Subscription subscription) {
        if (subscription.wanted || !subscription.isIdle()) {
            return;
        }
        if (subscription.isPattern()) {
            patterns.remove(subscription.name);
            return;
        }
        channels.remove(subscription.name);
        Group group = groups.get(subscription.slot);
        if (group != null) {
            group.subscriptions.remove(subscription);
            if (group.subscriptions.isEmpty()) {
                groups.remove(subscription.slot);
            }
        }
    }

    void forEach(Consumer<Subscription> action) {
        List.copyOf(channels.values()).forEach(action);
        List.copyOf(patterns.values()).forEach(action);
    }

    /** Asks the connection for it, unless that was done. */
    void ask(Subscription subscription, Link link) {
        On on = subscription.on(link.id);
        on = on == null ? subscription.add(link) : on;
        if (!on.subscribed) {
            on.subscribed = true;
            on.outstanding++;
            command(link, subscription, true);
        }
    }

    /** Takes it back from the connection. */
    void takeBack(Subscription subscription, On on) {
        on.subscribed = false;
        on.confirmed = false;
        on.outstanding++;
        command(on.link, subscription, false);
    }

    // Commands of one event to one connection: consecutive ones of a kind become one, and the order of kinds is kept.
    private void command(Link link, Subscription subscription, boolean subscribe) {
        List<MemberAction> queue = commands.computeIfAbsent(link.id, id -> new ArrayList<>(2));
        MemberAction last = queue.isEmpty() ? null : queue.getLast();
        List<String> names;
        if (subscription.isPattern()) {
            if (subscribe && last instanceof MemberAction.SubscribePatterns p) {
                names = p.patterns();
            } else if (!subscribe && last instanceof MemberAction.UnsubscribePatterns p) {
                names = p.patterns();
            } else {
                names = new ArrayList<>();
                queue.add(
                        subscribe
                                ? new MemberAction.SubscribePatterns(link.id, names)
                                : new MemberAction.UnsubscribePatterns(link.id, names));
            }
        } else if (subscribe && last instanceof MemberAction.SubscribeChannels c) {
            names = c.channels();
        } else if (!subscribe && last instanceof MemberAction.UnsubscribeChannels c) {
            names = c.channels();
        } else {
            names = new ArrayList<>();
            queue.add(
                    subscribe
                            ? new MemberAction.SubscribeChannels(link.id, names)
                            : new MemberAction.UnsubscribeChannels(link.id, names));
        }
        names.add(subscription.name);
    }

    /** Moves the commands gathered since the last call to {@code out}. */
    void drainTo(List<MemberAction> out) {
        if (!commands.isEmpty()) {
            commands.values().forEach(out::addAll);
            commands.clear();
        }
    }

    /** No command to this connection any more. */
    void forgetCommands(Link link) {
        commands.remove(link.id);
    }

    /** The subscriptions of one slot, and the nodes they were last aimed at. */
    static final class Group {
        final int slot;
        final List<Subscription> subscriptions = new ArrayList<>(2);

        @Nullable
        String first;

        @Nullable
        String second;

        Group(int slot) {
            this.slot = slot;
        }
    }
}
