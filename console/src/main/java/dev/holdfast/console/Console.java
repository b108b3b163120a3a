// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.console.api.Api;
import dev.holdfast.console.api.OpenStore;
import dev.holdfast.console.http.Access;
import dev.holdfast.console.http.Front;
import dev.holdfast.console.json.Veil;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HoldfastClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A page on a store, served until it is closed. Thread-safe.
 *
 * <pre>
 * try (Console console = Console.serve(provider, ConsoleOptions.builder().build())) {
 *   System.out.println(console.link());
 *   …
 * }
 * </pre>
 */
public final class Console implements AutoCloseable {

  private static final int BACKLOG = 100;

  private final HttpServer server;
  private final ExecutorService threads;
  private final HoldfastClient client;
  private final Api api;
  private final URI address;
  private final String link;

  private Console(
      HttpServer server,
      ExecutorService threads,
      HoldfastClient client,
      Api api,
      ConsoleOptions options) {
    this.server = server;
    this.threads = threads;
    this.client = client;
    this.api = api;
    address = URI.create("http://%s:%d/".formatted(shown(options), server.getAddress().getPort()));
    URI found = options.publicUrl() == null ? address : options.publicUrl();
    String base = found.toString().endsWith("/") ? found.toString() : found + "/";
    link = options.token() == null ? base : base + "#token=" + options.token();
  }

  private static String shown(ConsoleOptions options) {
    String host = options.host();
    if (host.equals("0.0.0.0") || host.equals("::")) {
      return "127.0.0.1";
    }
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /**
   * Begins to serve.
   *
   * @param provider the store, which stays the caller's and must outlive the console
   * @param options how
   * @return the console, to be closed by the caller
   * @throws IOException when the address cannot be listened on
   */
  public static Console serve(Provider provider, ConsoleOptions options) throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByName(options.host()), options.port()), BACKLOG);
    HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson());
    Api api =
        new Api(
            new OpenStore(provider, client, new Veil(options.hidesPayloads())),
            new Api.Shown(options.storeName(), options.actions(), version()),
            options.states());
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("holdfast-console-", 1).factory());
    server.setExecutor(threads);
    server.createContext(
        "/",
        new Front(
            new Access(
                options.token(), options.trustedHeader(), options.publicUrl(), options.actions()),
            api.routes()));
    server.start();
    return new Console(server, threads, client, api, options);
  }

  private static String version() {
    String version = Console.class.getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }

  /** {@return where it listens} */
  public URI address() {
    return address;
  }

  /**
   * Returns the link to open. The token stands behind a {@code #}, where browsers keep it to
   * themselves: it is in no request's address and in no log.
   *
   * @return the link, a secret where there is a token
   */
  public String link() {
    return link;
  }

  /** Stops serving; requests under way have a second. */
  @Override
  public void close() {
    server.stop(1);
    threads.close();
    api.close();
    client.close();
  }
}
