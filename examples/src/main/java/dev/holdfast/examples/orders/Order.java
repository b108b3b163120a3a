// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders;

/**
 * One order, as it stands in the file and as the orchestration gets it.
 *
 * @param id the order id, which is also the instance id
 * @param customer the customer's name
 * @param sku what is bought
 * @param quantity how many
 * @param amount what it costs in total, in the smallest unit of the currency
 * @param currency the currency's ISO 4217 code
 * @param card how the customer's card behaves
 * @param carrier how the carrier behaves at the customer's address
 * @param approver what the approver says, if asked
 */
public record Order(
    String id,
    String customer,
    String sku,
    int quantity,
    long amount,
    String currency,
    Card card,
    Carrier carrier,
    Approver approver) {

  /** From this amount on an order needs an approval: 1,000.00 euros, or 100,000 yen. */
  public static final long APPROVAL_FROM = 100_000;

  /** Whether somebody must approve the order before it ships. */
  public boolean needsApproval() {
    return amount >= APPROVAL_FROM;
  }

  /** Test cards, like those of real payment providers. */
  public enum Card {
    /** Pays. */
    OK,
    /** Is declined, always. */
    DECLINED,
    /**
     * Pays, but the first answer is lost on its way: the charge is made and the caller times out.
     */
    LOSES_REPLY
  }

  /** Test addresses: what the carrier does there. */
  public enum Carrier {
    /** Takes the parcel. */
    OK,
    /** Is unavailable twice, then takes the parcel. */
    FLAKY,
    /** Is never available. */
    DOWN
  }

  /** What the approver does when asked. */
  public enum Approver {
    /** Says yes. */
    APPROVES,
    /** Says no. */
    DENIES,
    /** Does not answer. */
    SILENT
  }
}
