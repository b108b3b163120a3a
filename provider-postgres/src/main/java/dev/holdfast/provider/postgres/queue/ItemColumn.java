// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

/**
 * The columns of rows that describe locked instances, in their order; see the fragment item_columns
 * of the schema for which part has which.
 */
enum ItemColumn implements RowColumn {
  PART,
  INSTANCE_KEY,
  ELEMENT,
  CODE,
  INSTANCE_ID,
  NAME,
  VERSION,
  EXECUTION_ID,
  TOKEN,
  DELIVERY_COUNT,
  LAST_EVENT_ID,
  STORE_TIME,
  READY_AT,
  VISIBLE_AT,
  SEQ,
  KIND,
  DATA,
  PARENT_INSTANCE_ID,
  MESSAGE_ID,
  DISCARD_IF_UNKNOWN,
  EVENT_ID,
  RECORDED_AT;

  /** All of them, as they are written in a query. */
  static final String ALL = RowColumn.list(values());
}
