// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.bank;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.application.EventSourcedApplication;
import dev.holdfast.streams.projection.Projector;
import java.util.List;

/** What the bank has, for the command line. */
public final class BankApplication implements EventSourcedApplication {

  @Override
  public List<Aggregate<?, ?, ?>> aggregates() {
    return List.of(Bank.ACCOUNT);
  }

  @Override
  public List<Projector<?, ?>> projectors(EventSourcing events) {
    return List.of(Projector.on(events, Bank.BALANCES));
  }
}
