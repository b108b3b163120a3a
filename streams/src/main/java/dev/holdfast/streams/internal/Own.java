// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.streams.event.Reserved;

/** What the library itself keeps in a store, beside streams and projections of applications. */
public final class Own {

  /** The category of the streams that say how migrations went on. */
  public static final String MIGRATIONS = Reserved.PREFIX + "migrations";

  /** What the projections begin with that hold the rows of a migration. */
  public static final String MIGRATION = Reserved.PREFIX + "migration/";

  /** The projection whose only row changes whenever events are about to be archived. */
  public static final String ARCHIVE = Reserved.PREFIX + "archive";

  private Own() {}

  /** Whether a projection, by its name in the store, is one of the library and folds no events. */
  public static boolean isProjection(String stored) {
    int tenant = stored.startsWith("~") ? stored.indexOf('~', 1) + 1 : 0;
    return stored.startsWith(MIGRATION, tenant) || stored.equals(ARCHIVE);
  }
}
