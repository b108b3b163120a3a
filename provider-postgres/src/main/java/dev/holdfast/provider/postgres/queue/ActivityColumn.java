// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

/**
 * The columns of the rows of fetch_activities and fetch_routed_activities, in their order; see
 * there for which part has which.
 */
enum ActivityColumn implements RowColumn {
  PART,
  INSTANCE_KEY,
  INSTANCE_ID,
  EXECUTION_ID,
  ACTIVITY_ID,
  TOKEN,
  DELIVERY_COUNT,
  READY_AT,
  SEQ,
  NAME,
  ORCHESTRATION_NAME,
  ORCHESTRATION_VERSION,
  INPUT,
  STORE_TIME,
  TAG,
  SESSION_ID;

  /** All of them, as they are written in a query. */
  static final String ALL = RowColumn.list(values());
}
