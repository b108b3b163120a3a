// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.queue.DeadLetter;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The process of the operator, who decides about dead letters once the rules are fixed: what failed
 * because of them is redriven, what can never be is dropped. It runs until its standard input ends.
 * One that comes after it decides what is still open, and perhaps again what is decided, which
 * counts once.
 */
@Command(name = "operator", hidden = true)
final class OperatorCommand implements Callable<Integer> {

  private static final long LOOK_EVERY_MILLIS = 200;

  /** The operator reads what it is about before deciding. */
  private static final long READING_MILLIS = 30;

  /** What the rules before the fix say, and no others. */
  private static final String UNKNOWN = "is unknown";

  private static final Logger LOG = LoggerFactory.getLogger(OperatorCommand.class);

  private final CountDownLatch done = new CountDownLatch(1);

  @Mixin private Input input = new Input();

  @Override
  public Integer call() throws InterruptedException, IOException {
    List<String> tenants = input.file().tenants();
    Thread.ofPlatform().daemon().name("end").start(this::awaitEnd);
    try (Provider handle = Store.ofEnvironment(input.provider()).open();
        EventSourcing events = WorkerCommand.library(handle)) {
      do {
        for (String tenant : tenants) {
          decide(events.forTenant(tenant));
        }
      } while (!done.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
    }
    return 0;
  }

  private void awaitEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
    } catch (IOException e) {
      LOG.warn("standard input is broken", e);
    } finally {
      done.countDown();
    }
  }

  private static void decide(EventSourcing tenant) throws InterruptedException {
    EventQueue<WorkflowState, WorkflowEvent, WorkflowEvent> queue =
        EventQueue.on(tenant, TicketWorkflow.queued(TicketWorkflow.FIXED));
    Set<String> tickets = new TreeSet<>();
    LogFilter letters = LogFilter.builder().categories(Tail.DEAD_LETTERS).build();
    for (StreamEvent event : tenant.log().all(letters)) {
      tickets.add(event.stream().id());
    }
    for (String ticket : tickets) {
      for (DeadLetter letter : queue.deadLetters(ticket)) {
        Thread.sleep(READING_MILLIS);
        if (letter.error().contains(UNKNOWN)) {
          queue.redrive(ticket, letter.id());
        } else {
          queue.drop(ticket, letter.id());
        }
      }
    }
  }
}
