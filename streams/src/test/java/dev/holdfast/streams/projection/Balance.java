// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.AccountEvent.Closed;
import dev.holdfast.streams.AccountEvent.Deposited;
import dev.holdfast.streams.AccountEvent.Opened;
import dev.holdfast.streams.AccountEvent.Withdrawn;
import java.util.List;

/** The rows of most tests: what an account has. It counts, so that nothing may come twice. */
public record Balance(long cents, int movements) {

  static final Balance NONE = new Balance(0, 0);

  Balance plus(long more) {
    return new Balance(cents + more, movements + 1);
  }

  static Projection.Builder<AccountEvent, Balance> builder(String name) {
    return Projection.builder(name, AccountEvent.class, Balance.class).categories(name);
  }

  /** Of a category that has the name of the projection. */
  static Projection<AccountEvent, Balance> of(String name) {
    return builder(name).handler(Balance::changes);
  }

  static List<Row<Balance>> changes(ProjectedEvent<AccountEvent> event, Rows<Balance> rows) {
    String key = event.stream().id();
    Balance before = rows.get(key).orElse(NONE);
    return switch (event.data()) {
      case Opened opened -> List.of(Row.put(key, before.plus(0)));
      case Deposited(long cents) -> List.of(Row.put(key, before.plus(cents)));
      case Withdrawn(long cents) -> List.of(Row.put(key, before.plus(-cents)));
      case Closed closed -> List.of(Row.remove(key));
    };
  }
}
