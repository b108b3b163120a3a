// SPDX-License-Identifier: Apache-2.0

/**
 * The world outside: warehouse, payment provider, carrier and approver. They keep their books in a
 * SQLite file of their own, apart from the orchestration store, and know nothing of Holdfast.
 */
@NullMarked
package dev.holdfast.examples.orders.ledger;

import org.jspecify.annotations.NullMarked;
