package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One step of the store's history. The objects are never modified afterwards.
 *
 * @param version the store's version after it
 * @param before empty for a creation
 * @param after empty for a removal
 */
record Change(long version, ObjectKey key, Optional<ObjectNode> before, Optional<ObjectNode> after) {}
