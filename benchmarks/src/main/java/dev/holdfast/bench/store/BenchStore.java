// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** A kind of store on this machine, in which empty stores can be made. Not thread-safe. */
public interface BenchStore extends AutoCloseable {

  /** The id of its provider. */
  String provider();

  /** What it is, with its version and how durable a commit is. */
  String describe();

  /**
   * Makes an empty store.
   *
   * @return the store, thrown away when closed
   */
  Space newSpace() throws Exception;

  /** The floor that so many callers are compared with. */
  Floor floor(int callers);

  /** Whether readers hold back the cleaning of old row versions. */
  boolean keepsVersionsForReaders();

  /**
   * A connection of the driver to what the stores live in, durable as they are, to be closed by the
   * caller.
   */
  Connection connect() throws SQLException;

  /** The statement that makes the table that the floor is measured with, when there is none. */
  String createFloorTable();

  /** The statement that inserts one row into that table; its parameter is the data. */
  String insertIntoFloorTable();

  /** What begins a transaction that will write, empty where a single statement is one. */
  String beginWrite();

  /** {@return the name of a table of events such as applications write by hand} */
  String eventTable();

  /**
   * {@return the statement that makes that table: position, counted by the store, stream, version,
   * type, event_id, data, metadata, recorded_at; unique by stream and version}
   */
  String createEventTable();

  /** Throws everything away. */
  @Override
  void close() throws IOException, SQLException;
}
