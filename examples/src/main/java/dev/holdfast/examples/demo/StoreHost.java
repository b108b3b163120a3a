// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.BadInputException;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the store of a run is, and the server under it if that is the demo's own. */
public final class StoreHost implements AutoCloseable {

  private final Store store;
  private final Place place;
  private final @Nullable StoreNote note;
  private final @Nullable ServerProcess server;

  private StoreHost(
      Store store, Place place, @Nullable StoreNote note, @Nullable ServerProcess server) {
    this.store = store;
    this.place = place;
    this.note = note;
    this.server = server;
  }

  /**
   * Finds the store that belongs to a place, or makes up a new one, and starts a server if need be.
   *
   * @throws BadInputException when the place belongs to another store
   * @throws DemoFailedException when the server does not start
   */
  public static StoreHost open(StoreChoice choice, Place place, ChildJvm jvm, Progress progress)
      throws IOException {
    Optional<StoreNote> known = StoreNote.read(place.note());
    if (choice.isFile()) {
      known.ifPresent(other -> refuse(place, other));
      String file = place.database().toString();
      return new StoreHost(new Store(choice.provider(), "sqlite:" + file, file), place, null, null);
    }
    String name = known.map(StoreNote::name).filter(n -> !n.isEmpty()).orElseGet(StoreHost::name);
    String template = choice.template();
    String where =
        template == null
            ? "a server of its own, schema " + name
            : Store.withoutSecrets(named(template, name));
    boolean fresh = template == null || template.contains(StoreChoice.FRESH_NAME);
    StoreNote note = new StoreNote(choice.provider(), where, fresh ? name : "");
    known.filter(other -> !other.isSameStoreAs(note)).ifPresent(other -> refuse(place, other));
    if (template != null) {
      Store store = new Store(choice.provider(), named(template, name), where);
      return new StoreHost(store, place, note, null);
    }
    progress.say("Starting a PostgreSQL server of its own.");
    ServerProcess server = ServerProcess.start(place, jvm);
    String url = named(StoreChoice.inFreshSchema(server.url()), name);
    String kept = place.temporary() ? "gone with the run" : "its data in " + place.server();
    Store store = new Store(choice.provider(), url, where + "; " + kept);
    return new StoreHost(store, place, note, server);
  }

  private static String name() {
    return "demo_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  }

  private static String named(String template, String name) {
    return template.replace(StoreChoice.FRESH_NAME, name);
  }

  private static void refuse(Place place, StoreNote other) {
    throw new BadInputException(
        "%s belongs to another store (%s, %s); give the same --provider and --url again, or another --db"
            .formatted(place.database(), other.provider(), other.where()));
  }

  /** The store. */
  public Store store() {
    return store;
  }

  /** {@return whether the server is the demo's own, so that it may be killed} */
  public boolean hasServer() {
    return server != null;
  }

  /**
   * Kills the server with SIGKILL and starts it again on its data; returns when it is there.
   *
   * @throws IllegalStateException when the demo has none of its own
   */
  public void killServer() throws IOException {
    if (server == null) {
      throw new IllegalStateException("there is no server of the demo's own");
    }
    server.killAndRestart();
  }

  /** Notes the store, before anything is in it, if it is there for a later run. */
  public void remember() {
    boolean gone = server != null && place.temporary();
    if (note != null && !gone) {
      note.write(place.note());
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
