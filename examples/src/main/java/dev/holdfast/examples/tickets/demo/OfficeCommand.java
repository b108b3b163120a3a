// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.StatusBoard;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.Step;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.examples.tickets.flow.TicketWorkflow.NotPossibleException;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.migration.Phase;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The process of the former application of a tenant: it changes rows of its table, as ever, and
 * does so through the migration, which has it put the event beside the row when it is time. One
 * that takes its place begins again, and skips what is in the table. It stays until its standard
 * input ends.
 */
@Command(name = "office", hidden = true)
final class OfficeCommand implements Callable<Integer> {

  /** The step of a note that says that a read was not what had been written. */
  static final String WRONG_READ = "wrong-read";

  private static final long BETWEEN_MILLIS = 15;

  /** One of so many writes is read again. */
  private static final int READ = 4;

  private static final Duration EVENT_WITHIN = Duration.ofSeconds(40);

  private static final Logger LOG = LoggerFactory.getLogger(OfficeCommand.class);

  @Mixin private Input input = new Input();

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException, TimeoutException {
    TicketFile file = input.file();
    Store store = Store.ofEnvironment(input.provider());
    Database database = new Database(store);
    try (Provider handle = store.open();
        EventSourcing events = WorkerCommand.library(handle)) {
      Map<String, Former> tenants = new HashMap<>();
      int number = 0;
      for (Message message : file.migrated()) {
        Former former =
            tenants.computeIfAbsent(
                message.tenant(), tenant -> Former.of(tenant, events, database));
        StatusRow written = write(former, message);
        if (written != null) {
          number++;
          Thread.sleep(BETWEEN_MILLIS);
          if (number % READ == 0) {
            read(former, message, written);
          }
        }
      }
      LOG.info("all is written");
      for (Former former : tenants.values()) {
        LOG.info("{}: {}", former.tenant(), former.migration().readCounts());
      }
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
    }
    return 0;
  }

  /** Writes, and answers the row; null where it was written before. */
  private static @Nullable StatusRow write(Former former, Message message) throws SQLException {
    StatusTable table = former.table();
    String ticket = message.ticket();
    while (true) {
      try (Connection connection = former.database().open()) {
        if (table.isWritten(connection, message.id())) {
          return null;
        }
        StatusRow before =
            table.read(connection, ticket).orElse(new StatusRow(Step.NONE, null, null, null));
        WorkflowEvent event;
        try {
          event = event(before, message);
        } catch (NotPossibleException e) {
          table.refuse(connection, message.id());
          return before;
        }
        StatusRow after = StatusBoard.after(before, event);
        connection.setAutoCommit(false);
        try {
          former
              .migration()
              .within(connection)
              .write(
                  ticket,
                  message.id(),
                  event,
                  transaction -> table.write(transaction, ticket, after, message.id()));
          connection.commit();
          return after;
        } catch (ProviderError.Retryable | SQLTransientException e) {
          connection.rollback();
          LOG.info("{}: once more, {}", message.key(), e.getMessage());
        }
      }
    }
  }

  /** What has happened; the former table has no place for who and why, and the event has. */
  private static WorkflowEvent event(StatusRow before, Message message) {
    Map<String, JsonNode> data = new HashMap<>(message.data());
    data.put(Message.ID, JsonNodeFactory.instance.stringNode(message.id()));
    data.put("by", JsonNodeFactory.instance.stringNode(message.by()));
    WorkflowState state = new WorkflowState(before.status(), Map.of());
    List<WorkflowEvent> decided =
        TicketWorkflow.FIXED.decide(state, TicketWorkflow.event(message.event(), data));
    return decided.getFirst();
  }

  /** Reads what was written, from wherever the phase says. */
  private static void read(Former former, Message message, StatusRow written)
      throws SQLException, TimeoutException, InterruptedException {
    Phase phase = former.migration().phase();
    if (phase.readsNew()) {
      former.migration().await(message.ticket(), message.id(), EVENT_WITHIN);
    }
    StatusRow read = former.migration().read(message.ticket()).orElse(null);
    if (read == null || !read.status().equals(written.status())) {
      former.note(
          WRONG_READ,
          "%s was written as %s and read as %s".formatted(message.key(), written, read));
    }
  }
}
