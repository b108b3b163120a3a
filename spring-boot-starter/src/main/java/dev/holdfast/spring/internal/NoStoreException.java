// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

/** Nothing says where the store is. */
public final class NoStoreException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  static final String ACTION =
      "Set holdfast.url, such as sqlite:orders.db, or spring.datasource.url for a DataSource that"
          + " has the store too. Of several DataSource beans mark one as @HoldfastDataSource or"
          + " @Primary. Without Holdfast: holdfast.enabled=false.";

  NoStoreException() {
    super(
        "Holdfast has no store: there is neither holdfast.url nor one DataSource to choose. "
            + ACTION);
  }
}
