// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.examples.tickets.flow.TicketWorkflow.NotPossibleException;
import dev.holdfast.provider.Provider;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.queue.EntryStatus;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The process of the help desk: has what people say happen to their tickets. It remembers nothing:
 * one that takes its place says all again, and what was said before counts once. It stays until its
 * standard input ends.
 */
@Command(name = "desk", hidden = true)
final class DeskCommand implements Callable<Integer> {

  private static final long BETWEEN_MILLIS = 6;
  private static final long LOOK_EVERY_MILLIS = 20;

  /** One message of so many is said twice, as people do who are not sure. */
  private static final int TWICE = 5;

  private static final Logger LOG = LoggerFactory.getLogger(DeskCommand.class);

  @Mixin private Input input = new Input();

  @Option(names = "--after-fix")
  private boolean afterFix;

  private final Map<String, EventQueue<WorkflowState, WorkflowEvent, WorkflowEvent>> queues =
      new HashMap<>();
  private final Map<TicketKey, String> last = new HashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    TicketFile file = input.file();
    List<Message> messages = afterFix ? file.afterFix() : file.beforeFix();
    try (Provider handle = Store.ofEnvironment(input.provider()).open();
        EventSourcing events = WorkerCommand.library(handle)) {
      for (String tenant : file.tenants()) {
        queues.put(
            tenant,
            EventQueue.on(events.forTenant(tenant), TicketWorkflow.queued(TicketWorkflow.FIXED)));
      }
      for (int i = 0; i < messages.size(); i++) {
        say(messages.get(i));
        Thread.sleep(BETWEEN_MILLIS);
        if (i % TWICE == 0) {
          say(messages.get(i));
        }
      }
      LOG.info("all is said");
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
    }
    return 0;
  }

  private void say(Message message) throws InterruptedException {
    var queue = queues.get(message.tenant());
    if (queue == null) {
      throw new IllegalStateException("there is no tenant " + message.tenant());
    }
    if (message.isDirect()) {
      answered(queue, message);
    } else {
      queue.enqueue(message.ticket(), message.id(), message.command(), message.context());
      last.put(message.key(), message.id());
    }
  }

  /** Somebody who looks at the ticket and waits for the answer: nothing is queued. */
  private void answered(
      EventQueue<WorkflowState, WorkflowEvent, WorkflowEvent> queue, Message message)
      throws InterruptedException {
    String before = last.get(message.key());
    while (before != null && !isOver(queue.status(message.ticket(), before))) {
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    try {
      queue.submit(message.ticket(), message.id(), message.command(), message.context());
    } catch (NotPossibleException e) {
      LOG.info("{}: {}", message.key(), e.getMessage());
    }
  }

  private static boolean isOver(EntryStatus status) {
    return switch (status) {
      case EntryStatus.Completed completed -> true;
      case EntryStatus.Dead dead -> true;
      case EntryStatus.Dropped dropped -> true;
      case EntryStatus.Unknown unknown -> false;
      case EntryStatus.Pending pending -> false;
      case EntryStatus.Processing processing -> false;
      case EntryStatus.Retrying retrying -> false;
    };
  }
}
