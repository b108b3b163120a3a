// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.Triggers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Looking at inboxes and at inputs of triggers. */
class InboxTest extends OnStore {

  private static final String RUN = "order-1";
  private static final InboxKey PAY = new InboxKey(RUN, "pay", "in");

  private DurableInbox inbox;

  @BeforeEach
  void fillInboxes() {
    inbox = client.feature(DurableInbox.class);
    client
        .feature(Changes.class)
        .apply(
            List.of(
                CreateRun.running(RUN, "order"),
                RunChange.of(RUN, 1).status(RunStatus.SUSPENDED).build(),
                new AppendInbox(PAY, NewInboxMessage.of("p-1", Payload.utf8("{\"sum\":7}"))),
                new AppendInbox(PAY, NewInboxMessage.reference("p-2", "s3://orders/2")),
                new AppendInbox(PAY, NewInboxMessage.of("p-3", Payload.utf8("3"))),
                deliver("mail-1", new Cursor(88, "page 4")),
                deliver("mail-2", null)));
  }

  private static DeliverTrigger deliver(String id, @Nullable Cursor cursor) {
    return new DeliverTrigger(
        RUN,
        "notify",
        NewInboxMessage.of(id, Payload.utf8("\"hello\"")),
        cursor,
        OrchestratorMessage.builder(RUN, "wake", Payload.empty()).build());
  }

  @Test
  void messagesAreCountedForEachInbox() {
    inbox.fetch(PAY, 1, LONG);

    List<JsonNode> rows = shell.run("inbox", RUN, "--json").returns(0).objects();
    assertThat(rows)
        .extracting(row -> row.get("stepId").stringValue(), row -> row.get("port").stringValue())
        .containsExactly(tuple("notify", Triggers.PORT), tuple("pay", "in"));
    assertThat(rows.get(1).get("pending").intValue()).isEqualTo(2);
    assertThat(rows.get(1).get("locked").intValue()).isEqualTo(1);
    assertThat(rows.get(1).get("consumed").intValue()).isZero();
    assertThat(rows.get(1).get("lastSequence").intValue()).isEqualTo(3);
    assertThat(shell.run("inbox", RUN).returns(0).out().lines()).hasSize(3);
    assertThat(shell.run("inbox", RUN, "--step", "pay").returns(0).out())
        .contains("pay")
        .doesNotContain("notify");
    assertThat(shell.run("inbox", RUN, "--port", Triggers.PORT).returns(0).out())
        .contains("notify")
        .doesNotContain("pay");
  }

  @Test
  void pendingMessagesOfOneInboxAreListed() {
    String[] call = {"inbox", RUN, "--step", "pay", "--port", "in"};
    assertThat(shell.run(call).returns(0).out())
        .contains("p-1", "{\"sum\":7}", "at s3://orders/2", "p-3");

    inbox.fetch(PAY, 1, LONG);

    assertThat(
            shell.run("inbox", RUN, "--step", "pay", "--port", "in", "--json").returns(0).objects())
        .extracting(row -> row.get("messageId").stringValue())
        .containsExactly("p-2", "p-3");
    Shell.Run cut =
        shell.run("inbox", RUN, "--step", "pay", "--port", "in", "--limit", "1").returns(0);
    assertThat(cut.out().lines()).hasSize(2);
    assertThat(cut.err()).contains("there may be more");
  }

  @Test
  void suspendedRunsWithInputsAreListed() {
    assertThat(shell.run("triggers", "--json").returns(0).objects())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.get("runId").stringValue()).isEqualTo(RUN);
          assertThat(row.get("inputs").intValue()).isEqualTo(2);
        });
    assertThat(shell.run("triggers").returns(0).out()).contains(RUN);

    client
        .feature(Changes.class)
        .apply(List.of(RunChange.of(RUN, 2).status(RunStatus.RUNNING).build()));
    assertThat(shell.run("triggers").returns(1).err()).contains("no suspended run");
  }

  @Test
  void inputsOfAStepAreListedWithTheirCursors() {
    inbox.fetch(new InboxKey(RUN, "notify", Triggers.PORT), 1, LONG);

    Shell.Run run = shell.run("triggers", RUN, "notify").returns(0);
    assertThat(run.out().lines()).hasSize(3);
    assertThat(run.out()).contains("mail-1", "locked", "88 page 4", "\"hello\"", "mail-2");
    assertThat(run.err()).contains("delivered up to 88 page 4");

    List<JsonNode> rows = shell.run("triggers", RUN, "notify", "--json").returns(0).objects();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).get("cursor").get("order").longValue()).isEqualTo(88);
    assertThat(rows.get(1).has("cursor")).isFalse();
    assertThat(rows.get(2).get("deliveredUpTo").get("token").stringValue()).isEqualTo("page 4");
  }

  @Test
  void whatIsNotThereIsOneAndWhatIsWrongIsTwo() {
    assertThat(shell.run("inbox", "none").returns(1).err()).contains("none");
    shell.run("inbox", RUN, "--step", "none").returns(1);
    assertThat(shell.run("inbox", RUN, "--step", "pay", "--port", "none").returns(1).err())
        .contains("no pending message in order-1/pay/none");
    shell.run("triggers", RUN, "none").returns(1);
    assertThat(shell.run("triggers", RUN).returns(2).err()).contains("which step");
    shell.run("triggers", "--limit", "0").returns(2);
    shell.run("inbox", RUN, "--limit", "0").returns(2);
    shell.run("inbox", RUN, "--step", "").returns(2);
    shell.run("inbox").returns(2);
  }
}
