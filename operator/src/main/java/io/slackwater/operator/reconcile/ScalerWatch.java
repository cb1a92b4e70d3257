package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.kube.ReplicaOwners;
import io.slackwater.operator.scaling.Scalers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Watches who changes {@code spec.replicas} of one object while this operator leads, see {@link Scalers}. For one thread. */
public final class ScalerWatch {
    private final List<Notice> news = new ArrayList<>();
    private @Nullable Scalers seen;
    private volatile boolean two;

    /**
     * Looks at the object.
     *
     * @param replicas what its specification asks for
     * @param autoscaling whether the operator decides instead
     * @return what a person should know, one sentence; empty while there is one scaler
     */
    public String look(HasMetadata written, int replicas, boolean autoscaling, Instant now) {
        Set<String> owners = ReplicaOwners.of(written.getMetadata());
        seen = seen == null
                ? Scalers.begin(autoscaling, replicas, owners, now)
                : seen.look(autoscaling, replicas, owners, now);
        String sentence = seen.sentence();
        boolean several = !sentence.isEmpty();
        if (several != two) {
            news.add(new Notice(
                    0,
                    now,
                    several,
                    several ? "TwoScalers" : "OneScaler",
                    several ? sentence : "one scaler at most has changed spec.replicas lately"));
        }
        two = several;
        return sentence;
    }

    /** What has changed since the last call. */
    public List<Notice> news() {
        List<Notice> taken = List.copyOf(news);
        news.clear();
        return taken;
    }

    /** As of the last look. For any thread. */
    public boolean two() {
        return two;
    }
}
