// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.words.LiveWork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Stores with {@link LiveWork} in them, which older versions of this provider have written. */
final class OldStore {

  /**
   * Of schema version 2. Written by {@link #main}, then by pg_dump --inserts --no-owner
   * --schema=holdfast, without what only psql understands, and with all times two years earlier.
   */
  static final String OF_VERSION_2 = "old/store-v2.sql";

  /** The schema that they are in; their functions name it. */
  static final String SCHEMA = "holdfast";

  private OldStore() {}

  /** Makes one of them in a database. */
  static void load(String store, Location database) {
    TestServer.execute(database, read(store));
  }

  private static String read(String store) {
    try (InputStream in = OldStore.class.getResourceAsStream(store)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes one as this version does, into the database whose URL is given. */
  public static void main(String... arguments) {
    try (Provider provider = Providers.open(arguments[0] + "?schema=" + SCHEMA)) {
      LiveWork.write(provider);
    }
  }
}
