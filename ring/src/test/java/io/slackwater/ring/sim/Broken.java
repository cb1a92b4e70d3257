package io.slackwater.ring.sim;

import java.util.function.Supplier;

/**
 * The protocol with one rule broken, each in the world around the machines; the machines themselves are the ones that ship. The
 * simulation must see each of them within the stated number of seeds of the stated scenario.
 */
enum Broken {
    FENCE_BEFORE_ALL_ACKS(Scenario.STALLS, 200, CoordinatorBendings.FenceEarly::new),
    ACK_ON_ANOTHER_CONNECTION(Scenario.STALLS, 200, MemberBendings.AckElsewhere::new),
    NO_HOLD(Scenario.STALLS, 200, MemberBendings.NoHold::new),
    MESSAGE_BEFORE_KEY(Scenario.BUSY, 200, CoordinatorBendings.MessageBeforeKey::new),
    STALE_EPOCH_ACCEPTED(Scenario.TWO_COORDINATORS, 200, MemberBendings.StaleEpoch::new),
    LIST_BEFORE_KEY(Scenario.PUBLISHER_CUTS, 1200, CoordinatorBendings.ListBeforeKey::new),
    NO_GUARD_ON_THE_KEY(Scenario.TWO_COORDINATORS, 200, NoGuard::new),
    NO_COMPARE_AND_SET(Scenario.TWO_COORDINATORS, 200, NoCompareAndSet::new),
    ONLY_SUBSCRIBING_CONNECTION_KILLED(Scenario.LATE, 200, CoordinatorBendings.OnlySubscriberKilled::new),
    ONE_EPOCH_PER_HANDOVER(Scenario.TWO_COORDINATORS, 200, MemberBendings.OneEpoch::new),
    ACK_WITHOUT_EPOCH(Scenario.ABORTS, 200, CoordinatorBendings.AckWithoutEpoch::new),
    SUBSCRIBE_ON_ONE_NODE(Scenario.BUSY, 200, MemberBendings.SubscribeOnOne::new),
    RETRY_OF_A_WRITTEN_PUBLISH(Scenario.PUBLISHER_CUTS, 200, Resend::new),
    FORMER_CONNECTION_NOT_KILLED(Scenario.PUBLISHER_CUTS, 200, MemberBendings.FormerNotKilled::new),
    ACKS_BY_MEMBER_NAME(Scenario.STALLS, 200, CoordinatorBendings.AcksByName::new),
    END_OF_CONNECTION_AS_FENCE(Scenario.SUBSCRIBER_CUTS, 600, MemberBendings.EndAsFence::new),
    FENCE_NOT_WRITTEN(Scenario.SUBSCRIBER_CUTS, 200, CoordinatorBendings.FenceNotWritten::new),
    FENCE_NOT_READ_ON_CONNECTING(Scenario.SUBSCRIBER_CUTS, 200, MemberBendings.FenceNotRead::new),
    RING_NOT_READ_ON_NEW_PUBLISHER(Scenario.PUBLISHER_CUTS, 200, MemberBendings.RingNotReadByPublisher::new),
    NO_RULE_FOR_DEAD_NODES(Scenario.FALSE_VERDICTS, 200, MemberBendings.NoDeadRule::new),
    NO_DISCARDING(Scenario.LATE, 600, MemberBendings.NoDiscarding::new),
    PUBLICATION_ON_A_DEAD_SOURCE_ALONE(Scenario.NODE_DEATHS, 200, CoordinatorBendings.DeadSourceAlone::new),
    DRIVER_RESUBSCRIBES(Scenario.SUBSCRIBER_CUTS, 200, MemberBendings.AutoResubscribe::new),
    NEWEST_VERSION_TO_ALL(Scenario.VERSION_SKEW, 200, CoordinatorBendings.NewestVersion::new),
    OLDER_MEMBERS_SEEN_LATE(Scenario.VERSION_SKEW, 600, CoordinatorBendings.OlderSeenLate::new);

    final Scenario scenario;
    /** Within how many seeds, from 1 on, it must be caught. */
    final int seeds;

    private final Supplier<Bending> bending;

    Broken(Scenario scenario, int seeds, Supplier<Bending> bending) {
        this.scenario = scenario;
        this.seeds = seeds;
        this.bending = bending;
    }

    Bending bending() {
        return bending.get();
    }

    private static final class NoGuard extends Bending {
        @Override
        boolean mayOverwrite(io.slackwater.ring.Ring stored, io.slackwater.ring.Ring written) {
            return true;
        }
    }

    private static final class NoCompareAndSet extends Bending {
        @Override
        boolean compareAndSet() {
            return false;
        }
    }

    private static final class Resend extends Bending {
        @Override
        boolean resends() {
            return true;
        }
    }
}
