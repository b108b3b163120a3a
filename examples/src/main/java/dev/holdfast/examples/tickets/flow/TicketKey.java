// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import java.util.Comparator;

/**
 * A ticket among those of all tenants.
 *
 * @param tenant whose it is
 * @param ticket its id there
 */
public record TicketKey(String tenant, String ticket) implements Comparable<TicketKey> {

  private static final Comparator<TicketKey> ORDER =
      Comparator.comparing(TicketKey::tenant).thenComparing(TicketKey::ticket);

  @Override
  public int compareTo(TicketKey other) {
    return ORDER.compare(this, other);
  }

  /** {@return such as {@code acme T-1001}} */
  @Override
  public String toString() {
    return tenant + " " + ticket;
  }
}
