// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.embedded.EmbeddedServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Keeps a PostgreSQL server until its standard input ends, which means that whoever started it is
 * done or gone. It prints the server's URL. Whenever its input has a {@link #KILL}, the server is
 * killed and started again.
 */
@Command(name = "server", hidden = true)
public final class ServerCommand implements Callable<Integer> {

  /** Ctrl-C reaches this process and the workers alike, and they still need the server. */
  private static final long OTHERS_FIRST_SECONDS = 30;

  /** Asks for the server to be killed and started again. */
  static final char KILL = 'k';

  /** Says that it is there again. */
  static final String AGAIN = "again";

  private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);

  private final PrintStream out;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable EmbeddedServer server;

  @Option(names = "--directory", required = true)
  private Path directory = Path.of("");

  @Option(names = "--temporary")
  private boolean temporary;

  /** Prints the URL to a stream. */
  public ServerCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    // Before the server, so that there is no moment at which this process can leave it behind.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-server"));
    try {
      EmbeddedServer started = EmbeddedServer.open(directory);
      server = started;
      out.println(started.url("postgres"));
      int said = System.in.read();
      while (said >= 0) {
        if (said == KILL) {
          started.kill();
          started.restart();
          out.println(AGAIN);
        }
        said = System.in.read();
      }
    } finally {
      done.countDown();
    }
    return 0; // The shutdown hook closes.
  }

  private void close() {
    try {
      if (!done.await(OTHERS_FIRST_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the demo is still there, and the server stops");
      }
      EmbeddedServer started = server;
      if (started != null) {
        started.close();
      }
      if (temporary) {
        remove();
      }
    } catch (InterruptedException | IOException | RuntimeException e) {
      LOG.warn("the server did not close as it should", e);
    }
  }

  private void remove() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
