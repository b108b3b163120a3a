// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of the demo's own, kept by another process ({@link ServerCommand}). That one
 * sees the end of its standard input in whatever way the demo ends, so that no server is left over.
 */
final class ServerProcess implements AutoCloseable {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(60);

  private final Process keeper;
  private final BufferedReader out;
  private final String url;
  private final Place place;

  private ServerProcess(Process keeper, BufferedReader out, String url, Place place) {
    this.keeper = keeper;
    this.out = out;
    this.url = url;
    this.place = place;
  }

  /** Starts it, with the data that an earlier one left at this place. */
  static ServerProcess start(Place place, ChildJvm jvm) throws IOException {
    List<String> args = new ArrayList<>(List.of("server", "--directory"));
    args.add(place.server().toString());
    if (place.temporary()) {
      args.add("--temporary");
    }
    Process keeper =
        jvm.running(place.workerLog(), args.toArray(String[]::new))
            .redirectOutput(ProcessBuilder.Redirect.PIPE)
            .start();
    BufferedReader out = keeper.inputReader(StandardCharsets.UTF_8);
    String url = out.readLine();
    if (url == null) {
      throw new DemoFailedException(
          "no PostgreSQL server starts here; give the --url of one%n%s"
              .formatted(WorkerLog.end(place.workerLog())));
    }
    return new ServerProcess(keeper, out, url, place);
  }

  /** Its database, entered as its superuser. */
  String url() {
    return url;
  }

  /** Kills it with SIGKILL, and starts it again on its data. */
  void killAndRestart() throws IOException {
    keeper.getOutputStream().write(ServerCommand.KILL);
    keeper.getOutputStream().flush();
    String answer = out.readLine();
    if (!ServerCommand.AGAIN.equals(answer)) {
      throw new DemoFailedException(
          "the PostgreSQL server did not start again (%s)%n%s"
              .formatted(answer, WorkerLog.end(place.workerLog())));
    }
  }

  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
      if (!keeper.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DemoFailedException(
            "the PostgreSQL server did not stop within %d s%n%s"
                .formatted(STOP_WITHIN.toSeconds(), WorkerLog.end(place.workerLog())));
      }
    } catch (IOException e) {
      throw new DemoFailedException("the PostgreSQL server cannot be told to stop: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It stops all the same.
    }
  }
}
