// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.worker.StoreAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what waits in the inboxes of a run, and warns of what is large. */
final class InboxReader {

  private static final Logger LOG = LoggerFactory.getLogger(InboxReader.class);

  /** A message that is larger is better kept elsewhere, and referred to. */
  private static final int LARGE = 1 << 20;

  private final String runId;
  private final int page;

  /**
   * Creates a reader.
   *
   * @param page the largest page of the store
   */
  InboxReader(String runId, int page) {
    this.runId = runId;
    this.page = page;
  }

  static DurableInbox inbox(StoreAccess store) {
    return store
        .capability(DurableInbox.class)
        .orElseThrow(() -> new ProviderError.NotSupported("graph", Feature.INBOX));
  }

  /** Returns the first pending messages of some inboxes. */
  Map<InboxKey, List<InboxMessage>> read(StoreAccess store, Map<InboxKey, Integer> inboxes) {
    Map<InboxKey, List<InboxMessage>> read = new HashMap<>();
    inboxes.forEach((key, most) -> read.put(key, read(store, key, most)));
    return read;
  }

  /** Returns the first pending messages of an inbox. */
  List<InboxMessage> read(StoreAccess store, InboxKey key, int most) {
    List<InboxMessage> messages = new ArrayList<>();
    List<InboxMessage> read;
    int asked;
    do {
      long after = messages.isEmpty() ? 0 : messages.getLast().sequence();
      int limit = Math.min(page, most - messages.size());
      read = store.read(() -> inbox(store).pending(key, after, limit));
      messages.addAll(read);
      asked = limit;
    } while (read.size() == asked && messages.size() < most);
    for (InboxMessage message : messages) {
      if (message.content().payload() != null && message.content().payload().size() > LARGE) {
        LOG.warn(
            "run {}: message {} of {} has {} bytes; keep large contents elsewhere, and deliver a"
                + " reference",
            runId,
            message.sequence(),
            key,
            message.content().payload().size());
      }
    }
    return messages;
  }
}
