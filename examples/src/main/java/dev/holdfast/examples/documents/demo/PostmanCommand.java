// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import dev.holdfast.examples.documents.flow.Folder;
import dev.holdfast.examples.documents.flow.MailroomGraph;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The process that delivers documents to the mailroom, some of them twice, and says at the end that
 * no more come. It remembers nothing: one that takes its place delivers all again, and what was
 * delivered before counts once. It stays until its standard input ends.
 */
@Command(name = "postman", hidden = true)
final class PostmanCommand implements Callable<Integer> {

  /** The one run of the mailroom. */
  static final String MAILROOM = "mailroom";

  private static final long BETWEEN_MILLIS = 100;

  /** Longer than the mailroom waits before it is suspended. */
  private static final long LUNCH_MILLIS = 1_500;

  /** One letter of so many is delivered twice, as sources do that are not sure. */
  private static final int TWICE = 3;

  private static final Logger LOG = LoggerFactory.getLogger(PostmanCommand.class);

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--documents", required = true)
  private Path documents = Path.of("");

  @Option(names = "--letters", required = true)
  private int letters;

  /** What is delivered, in this order. */
  static List<Request> letters(Folder folder, int count) {
    List<Request> letters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      letters.add(new Request(folder.files().get(i % folder.files().size()), i + 1));
    }
    return letters;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    try (Provider handle = Providers.open(Store.ofEnvironment(provider).config())) {
      GraphClient client = Graphs.client(handle, MailroomGraph.GRAPH);
      List<Request> all = letters(Folder.of(documents), letters);
      for (int i = 0; i < all.size(); i++) {
        Outcome outcome = deliver(client, i, all.get(i));
        if (outcome == Outcome.NEW) {
          Thread.sleep(i == all.size() / 2 ? LUNCH_MILLIS : BETWEEN_MILLIS);
          if (i % TWICE == 0) {
            deliver(client, i, all.get(i));
          }
        }
      }
      client.triggers().end(MAILROOM, MailroomGraph.ARRIVALS);
      LOG.info("no more letters");
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
    }
    return 0;
  }

  private static Outcome deliver(GraphClient client, int number, Request letter) {
    return client.deliverTriggerInput(
        MAILROOM, MailroomGraph.ARRIVALS, "letter-" + (number + 1), letter);
  }
}
