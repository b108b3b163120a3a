// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.BlockedCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports code that runs for longer than code may, and where it is: code that blocks or spins
 * cannot be stopped. Runs on a thread that needs no carrier. Thread-safe.
 */
public final class CodeWatch implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(CodeWatch.class);
  private static final int STACK = 50;

  private final Duration limit;
  private final BlockedCode listener;
  private final Map<Coroutine, Told> told = new HashMap<>(); // of the thread that watches
  private final Set<Coroutine> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates a watch, over no code yet.
   *
   * @param limit for how long code may run without coming back
   * @param listener receives the reports as well
   */
  public CodeWatch(Duration limit, BlockedCode listener) {
    this.limit = limit;
    this.listener = listener;
  }

  /** Watches until the thread is interrupted. */
  @Override
  public void run() {
    Duration pause = limit.dividedBy(4).plusMillis(1);
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(pause);
        look();
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) { // whatever happens, it goes on watching
        LOG.error("watching over code failed unexpectedly; trying again", e);
      }
    }
  }

  /** Interrupts code that runs now or later, which takes it off its thread if it reacts. */
  public void close() {
    closed = true;
    running.forEach(Coroutine::interrupt);
  }

  void began(Coroutine code) {
    running.add(code);
    if (closed) {
      code.interrupt();
    }
  }

  void ended(Coroutine code) {
    running.remove(code);
  }

  private void look() {
    told.values().removeIf(this::hasComeBack);
    long now = System.nanoTime();
    for (Coroutine code : running) {
      long since = code.runningSince();
      if (since != 0) {
        Told before = told.get(code);
        int times = before == null ? 0 : before.report().times();
        // Reported after the limit, then after twice, four times, eight times as long.
        Duration lasting = Duration.ofNanos(now - since);
        if (lasting.compareTo(limit.multipliedBy(1L << Math.min(times, 30))) >= 0) {
          tell(code, since, lasting, times + 1);
        }
      }
    }
  }

  private void tell(Coroutine code, long since, Duration lasting, int times) {
    List<StackTraceElement> stack = code.stack();
    if (code.runningSince() != since || !running.contains(code)) {
      return; // it has just come back
    }
    BlockedCode.Report report =
        new BlockedCode.Report(
            code.instanceId(), code.executionId(), times, lasting, code.engine(), stack);
    told.put(code, new Told(code, since, report));
    LOG.warn(
        "instance {}: its code has been running for {} without coming back; it is blocked or busy"
            + " at{}",
        code.instanceId(),
        Duration.ofMillis(lasting.toMillis()),
        stack.stream()
            .limit(STACK)
            .map(frame -> "\n\tat " + frame)
            .collect(Collectors.joining("", "", stack.size() > STACK ? "\n\t..." : "")));
    listener.blocked(report);
  }

  private boolean hasComeBack(Told before) {
    boolean back =
        before.code().runningSince() != before.since() || !running.contains(before.code());
    if (back) {
      BlockedCode.Report last = before.report();
      LOG.info("instance {}: its code has come back", last.instanceId());
      listener.cameBack(last);
    }
    return back;
  }

  private record Told(Coroutine code, long since, BlockedCode.Report report) {}
}
