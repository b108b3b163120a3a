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
