// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.fixture.StoreSwitch;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that leads to a server, and can be cut off: the switch of one store on a server that other
 * tests use at the same time. It knows nothing of the server but its port. Cut off, it goes on
 * listening and hangs up at once; a port that was given back could be somebody else's by the time
 * it is wanted again. Thread-safe.
 */
final class Relay implements StoreSwitch, AutoCloseable {

  private final int target;
  private final ServerSocket entrance;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  /** A way to a port of this machine, open. */
  Relay(int target) {
    this.target = target;
    try {
      this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return entrance.getLocalPort();
  }

  @Override
  public void start() {
    cut = false;
  }

  @Override
  public void stop() {
    cut = true;
    open.forEach(Relay::hangUp);
  }

  /** The end of the way; nobody listens at the port any more. */
  @Override
  public void close() {
    hangUp(entrance);
    stop();
  }

  private void serve() {
    while (!entrance.isClosed()) {
      try {
        connect(entrance.accept());
      } catch (IOException e) {
        // It was closed, or one connection could not be made; the caller notices.
        continue;
      }
    }
  }

  private void connect(Socket client) throws IOException {
    open.add(client);
    Socket server = new Socket();
    open.add(server);
    // Behind both lines above: whoever cuts now finds them, and who has cut before is seen.
    if (cut) {
      hangUp(client);
      hangUp(server);
      open.remove(client);
      open.remove(server);
      return;
    }
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
    } catch (IOException e) {
      hangUp(client);
      throw e;
    }
    Thread.ofVirtual().start(() -> pass(client, server));
    Thread.ofVirtual().start(() -> pass(server, client));
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has gone; so does the other.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void hangUp(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
