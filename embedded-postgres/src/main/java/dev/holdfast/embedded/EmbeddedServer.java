// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own, in a directory of its own, whose log is kept and which can be
 * killed. It is fully durable, unless it was started {@linkplain #startForTests for tests}. When
 * closed it is gone with everything in it, unless it was {@linkplain #open opened} in a directory
 * of the caller. Thread-safe.
 */
public final class EmbeddedServer implements AutoCloseable {

  private static final String DURABLE = "holdfast.test.durable";

  private static final Duration LONGEST_START = Duration.ofSeconds(60);

  private final Path directory;
  private final Path log;
  private final int port;
  private final boolean temporary;
  private final boolean durable;
  private EmbeddedPostgres server;

  private EmbeddedServer(Path directory, boolean temporary, boolean durable) throws IOException {
    this.directory = directory;
    this.log = directory.resolve("server.log");
    this.port = freePort();
    this.temporary = temporary;
    this.durable = durable;
    this.server = launch();
  }

  /**
   * Starts a server on a free port.
   *
   * @param under the directory in which it makes its own
   */
  public static EmbeddedServer start(Path under) {
    return start(under, true);
  }

  /**
   * Starts a server on a free port for tests that make many stores. What was committed survives the
   * death of every process, the server's included, but not that of the machine: nothing waits for
   * the disk, unless the system property {@code holdfast.test.durable} is {@code true}.
   *
   * @param under the directory in which it makes its own
   */
  public static EmbeddedServer startForTests(Path under) {
    return start(under, Boolean.getBoolean(DURABLE));
  }

  private static EmbeddedServer start(Path under, boolean durable) {
    try {
      Files.createDirectories(under);
      return new EmbeddedServer(
          Files.createTempDirectory(under.toAbsolutePath(), "postgres-"), true, durable);
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL server does not start", e);
    }
  }

  /**
   * Starts a server on a free port, with the data that an earlier one left in the directory if
   * there is any. The data stays when it is closed. Only {@link #close} stops it: it has no hook in
   * the end of this JVM, so that the caller can stop others before it.
   *
   * @param directory where its data and log are; made when missing
   */
  public static EmbeddedServer open(Path directory) {
    try {
      return new EmbeddedServer(Files.createDirectories(directory.toAbsolutePath()), false, true);
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL server does not start", e);
    }
  }

  private EmbeddedPostgres launch() throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(temporary)
        .setPort(port)
        .setPGStartupWait(LONGEST_START)
        .setErrorRedirector(Redirect.appendTo(log.toFile()))
        .setOutputRedirector(Redirect.appendTo(log.toFile()))
        // As a server in production has them; the library's own defaults are for throwaway data.
        .setServerConfig("fsync", durable ? "on" : "off")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", durable ? "on" : "off")
        .setServerConfig("max_connections", "300")
        .setServerConfig("shared_buffers", "256MB")
        .setServerConfig("max_wal_size", "2GB")
        .setServerConfig("logging_collector", "off")
        .setServerConfig("log_lock_waits", "on")
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** A URL of the form {@code postgres://…} for a database of this server, as its superuser. */
  public String url(String database) {
    return "postgres://postgres@localhost:" + port + "/" + database;
  }

  /** What the server has said so far, deadlocks among it. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the server with SIGKILL, as a machine that loses its power would end it. */
  public synchronized void kill() {
    try {
      ProcessHandle postmaster = postmaster().orElseThrow();
      List<ProcessHandle> all =
          Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(process -> process.onExit().join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<ProcessHandle> postmaster() throws IOException {
    Path pid = directory.resolve("data/postmaster.pid");
    return Files.exists(pid)
        ? ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).strip()))
        : Optional.empty();
  }

  /** Starts the server again after a {@link #kill}, on the same data and port. */
  public synchronized void restart() {
    try {
      // Releases the directory; there is nothing to stop any more.
      server.close();
      server = launch();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL server does not start again", e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      Optional<ProcessHandle> postmaster = postmaster();
      server.close();
      // The library asks it to stop, and does not wait long where the disk is slow.
      postmaster.ifPresent(process -> process.onExit().join());
      if (!temporary) {
        return;
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
