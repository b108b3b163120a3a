// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the calls of inboxes cost, counted. */
@RuleFamily("INBOX")
final class InboxCostRules {

  private static final int CONSUMED = 400;
  private static final int ELSEWHERE = 400;
  private static final int FORGOTTEN = 20;

  /**
   * Append, fetch and consume cost the same beside many messages elsewhere and many consumed ones
   * under the key.
   *
   * <p><b>Shape:</b> on a warm handle each call, alone and beside hundreds: as many statements,
   * commits, round trips and rows, and one commit at most.
   */
  @Rule("INBOX-24")
  void callsCostTheSame(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    StatementCounter counter = store.statements();
    InboxKey key = Inboxed.key("order");
    costs(a, counter, key, "warm");
    Map<String, Traffic> alone = costs(a, counter, key, "alone");
    a.fill(Inboxed.key("elsewhere"), ELSEWHERE);
    a.fill(key, CONSUMED);
    for (List<InboxItem> items = a.fetch(key, Inboxed.PAGE);
        !items.isEmpty();
        items = a.fetch(key, Inboxed.PAGE)) {
      a.changes().apply(items.stream().<Change>map(ConsumeInbox::of).toList());
    }
    costs(a, counter, key, "warm again");
    Map<String, Traffic> beside = costs(a, counter, key, "beside");

    Expect.equal("Calls cost more beside other messages.", alone, beside);
    beside.forEach((call, cost) ->
        Expect.atMost("A call has more than one commit: " + call + ".", 1, cost.commits()));
  }

  /**
   * What was forgotten leaves nothing behind.
   *
   * <p><b>Shape:</b> messages are consumed and cleaned up, and their ids outlive their time; after
   * the next clean-up the store has as many rows as before them.
   */
  @Rule("INBOX-24")
  void whatWasForgottenLeavesNothingBehind(StoreUnderTest store) {
    WhiteBox box = store.whiteBox();
    Inboxed a = Inboxed.first(store);
    store.timeControl();
    InboxKey key = Inboxed.key("order");
    useAndForget(store, a, key, "warm", 1);
    int before = box.rows().size();
    useAndForget(store, a, key, "more", FORGOTTEN);
    Expect.equal("What was forgotten is still there.", before, box.rows().size());
  }

  private static void useAndForget(
      StoreUnderTest store, Inboxed a, InboxKey key, String id, int messages) {
    for (int n = 0; n < messages; n++) {
      a.add(key, id + n);
    }
    a.fetch(key, Inboxed.PAGE).forEach(item -> a.consume(ConsumeInbox.of(item)));
    Expect.equal("Not all went.", messages, a.calls().cleanUp(Inboxed.FAR, Inboxed.PAGE));
    store.moveTime(a.calls().idMemory().multipliedBy(2));
    a.calls().cleanUp(Inboxed.FAR, Inboxed.PAGE);
    a.calls().cleanUp(key, Long.MAX_VALUE, Inboxed.PAGE);
  }

  private static Map<String, Traffic> costs(
      Inboxed a, StatementCounter counter, InboxKey key, String id) {
    Map<String, Traffic> costs = new LinkedHashMap<>();
    Traffic before = counter.soFar();
    a.calls().append(Inboxed.append(key, id));
    Traffic afterAppend = counter.soFar();
    costs.put("append", afterAppend.since(before));
    a.calls().append(Inboxed.append(key, id));
    Traffic afterRepeat = counter.soFar();
    costs.put("repeated append", afterRepeat.since(afterAppend));
    InboxItem item = a.fetchOne(key);
    Traffic afterFetch = counter.soFar();
    costs.put("fetch", afterFetch.since(afterRepeat));
    a.calls().consume(ConsumeInbox.of(item));
    Traffic afterConsume = counter.soFar();
    costs.put("consume", afterConsume.since(afterFetch));
    a.calls().pending(key, 0, Inboxed.PAGE);
    costs.put("pending", counter.soFar().since(afterConsume));
    return costs;
  }
}
