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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One database file, with a clock that tests can move, and with the kit's tap between provider and
 * H2. Handles that are opened by {@link #config} have no tap.
 */
final class H2TestStore implements TestStore {

  private final Directory directory;
  private final MovableClock clock = new MovableClock();
  private final H2Switch storeSwitch;
  private final StoreTap tap = new StoreTap(H2Errors::of, false);

  H2TestStore(Directory directory) {
    this.directory = directory;
    this.storeSwitch = new H2Switch(configuration(), directory.path().resolve("store.mv.db"));
  }

  @Override
  public Provider open() {
    ProviderConfig config = configuration();
    Location location = Location.of(config);
    return new H2Provider(Database.open(location, tap.wrap(Database.source(location)), config));
  }

  @Override
  public Optional<FaultInjection> faults() {
    return Optional.of(tap);
  }

  @Override
  public Optional<WriterHold> writerHold() {
    return Optional.of(instanceId -> hold());
  }

  /** A handle with a tap of its own that stands before its commit, as the one writer. */
  private WriterHold.Held hold() {
    StoreTap ownTap = new StoreTap(H2Errors::of, false);
    ProviderConfig config = configuration();
    Location location = Location.of(config);
    Provider other =
        new H2Provider(Database.open(location, ownTap.wrap(Database.source(location)), config));
    WriterHold.Held held =
        ownTap.holdAtCommit(
            () -> other.enqueue(OrchestratorMessage.of("held", "held", Payload.empty())));
    return () -> {
      held.close();
      other.close();
    };
  }

  @Override
  public Optional<StatementCounter> statements() {
    return Optional.of(tap);
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return Optional.of(crashTarget(configuration()));
  }

  /** How a child reaches a database: only while this process has it closed, since H2 locks it. */
  static CrashTarget crashTarget(ProviderConfig config) {
    List<String> classPath =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    return new CrashTarget(config.location(), Map.of(), classPath, List.of()).exclusively();
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(configuration());
  }

  private ProviderConfig configuration() {
    return ProviderConfig.url("h2:" + directory.path().resolve("store")).clock(clock).build();
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return Optional.of(clock);
  }

  @Override
  public Optional<WhiteBox> whiteBox() {
    return Optional.of(new H2WhiteBox(configuration()));
  }

  @Override
  public Optional<StoreSwitch> storeSwitch() {
    return Optional.of(storeSwitch);
  }

  @Override
  public void close() {
    directory.remove();
  }
}
