package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.CoordinatorAction;
import io.slackwater.ring.handover.CoordinatorAction.Kill;
import io.slackwater.ring.handover.CoordinatorAction.ListConnections;
import io.slackwater.ring.handover.CoordinatorAction.Persist;
import io.slackwater.ring.handover.CoordinatorAction.PublishRing;
import io.slackwater.ring.handover.CoordinatorAction.ReadBooks;
import io.slackwater.ring.handover.CoordinatorAction.Tell;
import io.slackwater.ring.handover.CoordinatorAction.WakeAt;
import io.slackwater.ring.handover.CoordinatorAction.WriteKey;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.CoordinatorEvent.BooksRead;
import io.slackwater.ring.handover.CoordinatorEvent.KeyWritten;
import io.slackwater.ring.handover.CoordinatorEvent.Listed;
import io.slackwater.ring.handover.CoordinatorEvent.PersistConflict;
import io.slackwater.ring.handover.CoordinatorEvent.Persisted;
import io.slackwater.ring.handover.CoordinatorEvent.Published;
import io.slackwater.ring.handover.CoordinatorEvent.Wake;
import io.slackwater.ring.handover.Report;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what one state machine asks for, and hands the answers back as events. What concerns a node that has no session is left out:
 * the machine was told, and asks again. Answers to a machine that has been replaced go nowhere. For the coordinator's thread.
 */
final class ActionRunner {
    private final NodeLinks links;
    private final RingKeeper keeper;
    private final CoordinatorLoop loop;
    private final LongSupplier clock;
    private final Consumer<CoordinatorEvent> machine;
    private final Consumer<Report> told;
    private final BiConsumer<NodeLink, ClientList> listed;
    private final Consumer<Ring> published;

    private boolean closed;
    private @Nullable Future<?> wake;
    private final Publications publications = new Publications();

    /**
     * @param machine takes events, on the coordinator's thread
     * @param told takes reports
     * @param listed sees every list of connections
     * @param published sees every ring that is about to be published: it is stored, and written to the node
     */
    ActionRunner(
            NodeLinks links,
            RingKeeper keeper,
            CoordinatorLoop loop,
            LongSupplier clock,
            Consumer<CoordinatorEvent> machine,
            Consumer<Report> told,
            BiConsumer<NodeLink, ClientList> listed,
            Consumer<Ring> published) {
        this.links = links;
        this.keeper = keeper;
        this.loop = loop;
        this.clock = clock;
        this.machine = machine;
        this.told = told;
        this.listed = listed;
        this.published = published;
    }

    void run(CoordinatorAction action) {
        switch (action) {
            case Persist persist ->
                keeper.keep(persist.ring(), outcome -> loop.execute(() -> answer(kept(outcome, persist.ring()))));
            case WriteKey write ->
                ask(
                        write.node(),
                        session -> session.writeRing(publications.whole(write.ring())),
                        epoch -> new KeyWritten(write.node(), write.ring().epoch(), epoch));
            case ListConnections list -> list(list);
            case PublishRing publish -> {
                published.accept(publish.ring());
                ask(
                        publish.node(),
                        session -> session.publishRing(publications.of(publish.ring(), publish.version())),
                        receivers ->
                                new Published(publish.node(), publish.ring().epoch()));
            }
            case Kill kill -> ask(kill.node(), session -> session.kill(kill.clientIds()), done -> null);
            case ReadBooks read ->
                ask(
                        read.node(),
                        session -> session.readBooks(read.handover(), read.since()),
                        left -> new BooksRead(read.handover(), left.members(), left.books()));
            case WakeAt at -> wakeAt(at.millis());
            case Tell tell -> told.accept(tell.report());
        }
    }

    private void list(ListConnections list) {
        NodeLink link = links.ofNode(list.node());
        ask(list.node(), NodeSession::listConnections, answer -> {
            if (link != null) {
                listed.accept(link, answer);
            }
            return new Listed(list.node(), list.request(), answer.members());
        });
    }

    private <T> void ask(
            String node,
            Function<NodeSession, CompletableFuture<T>> question,
            Function<T, @Nullable CoordinatorEvent> event) {
        NodeLink link = links.ofNode(node);
        NodeSession session = link == null ? null : link.session();
        if (link != null && session != null) {
            link.then(session, question.apply(session), value -> answer(event.apply(value)));
        }
    }

    private static CoordinatorEvent kept(RingKeeper.Outcome outcome, Ring ring) {
        return switch (outcome) {
            case RingKeeper.Outcome.Kept kept -> new Persisted(kept.ring().epoch());
            case RingKeeper.Outcome.Conflict conflict -> new PersistConflict(conflict.reason());
            case RingKeeper.Outcome.Nothing nothing ->
                new PersistConflict("the store has lost the ring of epoch " + (ring.epoch() - 1));
        };
    }

    private void answer(@Nullable CoordinatorEvent event) {
        if (event != null && !closed) {
            machine.accept(event);
        }
    }

    private void wakeAt(long millis) {
        if (wake != null) {
            wake.cancel(false);
        }
        long delay = Math.max(0, millis - clock.getAsLong());
        wake = loop.schedule(() -> answer(new Wake()), delay);
    }

    /** Carries out nothing and answers nothing any more. */
    void close() {
        closed = true;
        if (wake != null) {
            wake.cancel(false);
        }
    }
}
