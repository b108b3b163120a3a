// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.fixture.StoreSwitch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that leads to a server, and can be cut off: the switch of one store on a server that other
 * tests use at the same time. It knows nothing of the server but its port. Thread-safe.
 */
final class Relay implements StoreSwitch {

  private final int target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket entrance;

  /** A way to a port of this machine, open. */
  Relay(int target) {
    this.target = target;
    this.entrance = listen(0);
    this.port = entrance.getLocalPort();
  }

  int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    if (entrance.isClosed()) {
      entrance = listen(port);
    }
  }

  @Override
  public synchronized void stop() {
    close(entrance);
    open.forEach(Relay::close);
  }

  private ServerSocket listen(int at) {
    try {
      ServerSocket listening = new ServerSocket(at, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(() -> serve(listening));
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(ServerSocket listening) {
    while (true) {
      try {
        Socket client = listening.accept();
        open.add(client);
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(server);
        server.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> pass(client, server));
        Thread.ofVirtual().start(() -> pass(server, client));
        if (listening.isClosed()) {
          // It was cut off meanwhile and did not see these.
          close(client);
          close(server);
        }
      } catch (IOException e) {
        if (listening.isClosed()) {
          return;
        }
      }
    }
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

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }
}
