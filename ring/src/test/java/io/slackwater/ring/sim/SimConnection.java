package io.slackwater.ring.sim;

import io.slackwater.ring.handover.Role;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection, seen from both ends. They may disagree: the server goes on with what it has received after the client has given
 * the connection up, and the client goes on reading after the server has closed it.
 */
final class SimConnection {
    /** Why a connection ended first. */
    enum End {
        NOT_YET,
        CUT,
        KILLED,
        NODE_DIED,
        CLOSED_BY_CLIENT
    }

    final World world;
    final SimServer server;
    final SimClient client;
    /** The number the client gave it; 0 for a coordinator's. */
    final long number;

    final @Nullable Role role;
    final long clientId;
    final Link up;
    final Link down;
    /** Publishes written and not answered; publishing connections only. */
    final ArrayDeque<Message> outstanding = new ArrayDeque<>(4);

    boolean named;
    boolean clientOpen = true;
    boolean serverOpen = true;
    End end = End.NOT_YET;
    /** When the first end saw it closed, and the second; far away until then. */
    long firstEnd = Long.MAX_VALUE;

    long serverEnd = Long.MAX_VALUE;
    long clientEnd = Long.MAX_VALUE;

    SimConnection(World world, SimServer server, SimClient client, long number, @Nullable Role role, long clientId) {
        this.world = world;
        this.server = server;
        this.client = client;
        this.number = number;
        this.role = role;
        this.clientId = clientId;
        this.up = new Link(world.timeline);
        this.down = new Link(world.timeline);
    }

    /** A command on its way to the server, executed unless the server has closed the connection before. */
    void command(Runnable what) {
        up.send(world.delay(), () -> {
            if (serverOpen) {
                what.run();
            }
        });
    }

    /** A reply or a push on its way to the client, seen unless the client has closed the connection before. */
    void reply(Runnable what) {
        down.send(world.delay(), () -> {
            if (clientOpen) {
                client.arrived(() -> {
                    if (clientOpen) {
                        what.run();
                    }
                });
            }
        });
    }

    /** The server ends the connection: what it has received and not executed is gone, what it has sent may be. */
    void serverCloses(End why) {
        if (!serverOpen) {
            return;
        }
        say(() -> "server closes " + this + " (" + why + ")");
        serverOpen = false;
        serverEnd = world.timeline.now();
        note(why);
        up.lose(0);
        server.forget(this);
        if (!clientOpen) {
            return;
        }
        if (why != End.CLOSED_BY_CLIENT && world.random.nextBoolean()) {
            down.lose(world.random.nextInt(down.size() + 1));
        }
        long notice = why == End.NODE_DIED ? world.random.nextLong(world.plan.noticeDeath) : world.delay();
        down.send(notice, () -> client.arrived(this::gone));
    }

    private void gone() {
        if (clientOpen) {
            clientOpen = false;
            clientEnd = world.timeline.now();
            client.ended(this);
        }
    }

    /** The network fails the client. The server may go on for a while with what it has received. */
    void cut() {
        if (!clientOpen) {
            return;
        }
        say(() -> "FAULT " + this + " is cut");
        leave(End.CUT);
        client.ended(this);
        switch (world.random.nextInt(4)) {
            case 0 -> serverCloses(End.CUT);
            case 1 -> up.send(world.delay(), () -> serverCloses(End.CUT));
            case 2 -> {
                up.stall(world.timeline.now() + 1_000 + world.random.nextLong(150_000));
                up.send(world.delay(), () -> serverCloses(End.CUT));
            }
            default -> world.timeline.after(world.random.nextLong(40_000), () -> serverCloses(End.CUT));
        }
    }

    /** The client closes it in order: what it has written is executed. */
    void clientCloses() {
        if (clientOpen) {
            leave(End.CLOSED_BY_CLIENT);
            up.send(world.delay(), () -> serverCloses(End.CLOSED_BY_CLIENT));
        }
    }

    private void leave(End why) {
        clientOpen = false;
        clientEnd = world.timeline.now();
        note(why);
        down.lose(0);
    }

    private void note(End why) {
        if (end == End.NOT_YET) {
            end = why;
            firstEnd = world.timeline.now();
            world.history.connectionEnded(this);
        }
    }

    private void say(Supplier<String> what) {
        if (world.trace != null) {
            world.trace.say(server.id, what.get());
        }
    }

    @Override
    public String toString() {
        return client.name() + "/" + (role == null ? "coordinator" : role.code()) + number + "#" + clientId + "@"
                + server.id;
    }
}
