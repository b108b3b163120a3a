// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import com.example.holdfast.h2.db.Database;
import com.example.holdfast.h2.db.Location;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import dev.holdfast.tck.jdbc.StoreTap;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.jdbcx.JdbcConnectionPool;

/** A store in a database of its own on the server. */
final class ServerTestStore implements TestStore {

  private static final String SCHEMA = "STORE";

  private final H2Server.Database database = H2Server.running().freshDatabase();
  private final ServerClock clock = new ServerClock(database, SCHEMA);
  private final StoreTap tap = new StoreTap(H2Errors::of, true);
  private JdbcConnectionPool pool;

  /** Makes the tables, so that there is something in which the clock can be changed. */
  ServerTestStore() {
    open().close();
    clock.install();
  }

  @Override
  public Provider open() {
    return open(configuration(), tap);
  }

  private static Provider open(ProviderConfig config, StoreTap tap) {
    Location location = Location.of(config);
    return new H2Provider(Database.open(location, tap.wrap(Database.source(location)), config));
  }

  /** The clock of the configuration, which must not matter. */
  @Override
  public Optional<Provider> openWithClientClock(Duration ahead) {
    ProviderConfig wrong = database.config(SCHEMA).clock(() -> Instant.now().plus(ahead)).build();
    return Optional.of(open(wrong, tap));
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(configuration());
  }

  private ProviderConfig configuration() {
    return database.config(SCHEMA).build();
  }

  /** Of an application with a pool, which lends connections again as they come back. */
  @Override
  public synchronized Optional<ProviderConfig> configWithDataSource() {
    if (pool == null) {
      Location location = Location.of(configuration());
      pool = JdbcConnectionPool.create(location.jdbcUrl(), location.user(), location.password());
    }
    return Optional.of(ProviderConfig.dataSource(pool).option("schema", SCHEMA).build());
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return Optional.of(clock);
  }

  @Override
  public Optional<WhiteBox> whiteBox() {
    return Optional.of(new H2WhiteBox(database.direct(SCHEMA)));
  }

  @Override
  public Optional<FaultInjection> faults() {
    return Optional.of(tap);
  }

  @Override
  public Optional<StatementCounter> statements() {
    return Optional.of(tap);
  }

  @Override
  public Optional<StoreSwitch> storeSwitch() {
    return Optional.of(database.relay());
  }

  @Override
  public Optional<WriterHold> writerHold() {
    return Optional.of(instanceId -> hold());
  }

  /** A handle with a tap of its own that stands before its commit, as the one writer. */
  private WriterHold.Held hold() {
    StoreTap ownTap = new StoreTap(H2Errors::of, true);
    Provider other = open(configuration(), ownTap);
    WriterHold.Held held =
        ownTap.holdAtCommit(
            () -> other.enqueue(OrchestratorMessage.of("held", "held", Payload.empty())));
    return () -> {
      held.close();
      other.close();
    };
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return Optional.of(crashTarget(configuration()));
  }

  /** A child JVM, beside the handles of this one. */
  static CrashTarget crashTarget(ProviderConfig config) {
    List<String> classPath =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    return new CrashTarget(config.location(), Map.copyOf(config.options()), classPath, List.of());
  }

  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.dispose();
    }
    database.drop();
  }
}
