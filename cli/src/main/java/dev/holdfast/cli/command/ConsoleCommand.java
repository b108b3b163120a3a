// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.console.Console;
import dev.holdfast.console.ConsoleOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code console}. */
@Command(
    name = "console",
    description =
        "Serves a page on the store for browsers, until it is ended. It only reads unless told.",
    footer = {
      "",
      "It prints a link with a random token in it; whoever has the link may use the console.",
      "A token of your own comes from --token, or from HOLDFAST_CONSOLE_TOKEN, which others on the"
          + " machine cannot read."
    })
final class ConsoleCommand extends StoreCommand {

  private static final String TOKEN = "HOLDFAST_CONSOLE_TOKEN";

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "what to listen on (${DEFAULT-VALUE}); 0.0.0.0 lets other machines in, without"
              + " encryption")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "" + ConsoleOptions.DEFAULT_PORT,
      description = "the port (${DEFAULT-VALUE}); 0 for any that is free")
  private int port = ConsoleOptions.DEFAULT_PORT;

  @Option(names = "--allow-actions", description = "let the page raise, cancel, delete and so on")
  private boolean actions;

  @Option(
      names = "--hide-payloads",
      description = "keep back inputs, outputs, data of events, rows, and messages of failures")
  private boolean hide;

  @Option(
      names = "--token",
      paramLabel = "TEXT",
      description = "what requests have to show, 16 characters or more; random when not given")
  private @Nullable String token;

  @Option(
      names = "--trust-header",
      paramLabel = "NAME",
      description =
          "take it from a proxy's header who asks, in place of a token. Only the proxy may be able"
              + " to reach the console then, and it has to take the header out of what browsers"
              + " send")
  private @Nullable String header;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = "where browsers find the console when that is a name, such as a proxy's")
  private @Nullable String publicUrl;

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  ConsoleCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) throws InterruptedException {
    ConsoleOptions.Builder options =
        ConsoleOptions.builder()
            .listen(host, port)
            .allowActions(actions)
            .hidePayloads(hide)
            .storeName(store.url());
    String given = token == null ? surroundings().environment().getOrDefault(TOKEN, "") : token;
    if (!given.isEmpty()) {
      options.token(given);
    }
    if (header != null) {
      options.trustedHeader(header);
    }
    if (publicUrl != null) {
      options.publicUrl(url(publicUrl));
    }
    if (!code.isGiven()) {
      return serve(store, options.build(), output);
    }
    try (Application application = code.open(store)) {
      return serve(store, options.states(application::state).build(), output);
    }
  }

  private static URI url(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw Refusal.badInput("--public-url is \"%s\", which is no address".formatted(text));
    }
  }

  private int serve(Store store, ConsoleOptions options, Output output)
      throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Thread hook = new Thread(() -> end(ended, closed), "holdfast-console-shutdown");
    try (Console console = Console.serve(store.provider(), options)) {
      Runtime.getRuntime().addShutdownHook(hook);
      if (output.isJson()) {
        output.object(JsonText.object().put("link", console.link()));
      } else {
        output.line(console.link());
        output.note(
            actions
                ? "serving until it is ended (Ctrl-C); whoever has the link may act on the store"
                : "serving until it is ended (Ctrl-C); it only reads");
      }
      surroundings().out().flush();
      ended.await();
    } catch (IOException e) {
      throw new Refusal(
          ExitCode.UNAVAILABLE,
          "cannot listen on %s, port %d: %s".formatted(host, port, e.getMessage()));
    } finally {
      closed.countDown();
    }
    return ExitCode.OK;
  }

  /** The JVM ends when its hooks have, so this one waits for requests that are under way. */
  private static void end(CountDownLatch ended, CountDownLatch closed) {
    ended.countDown();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
