// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.cli.bank.Bank;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.projection.Projector;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What programs read of applications of events, whose streams are meant, and what is refused. */
@Timeout(120)
class EventCommandsTest {

  @TempDir private Path dir;

  private String url;
  private Shell shell;
  private String jar;

  @BeforeEach
  void fill() throws Exception {
    url = "sqlite:" + dir.resolve("bank.db") + "?synchronous=normal";
    shell = new Shell(url);
    shell.run("migrate").returns(0);
    BankStore.fill(url);
    jar = BankJar.of(dir.resolve("bank.jar")).toString();
  }

  private Shell.Run app(String... command) {
    String[] call = Arrays.copyOf(command, command.length + 2);
    call[command.length] = "--app";
    call[command.length + 1] = jar;
    return shell.run(call);
  }

  @Test
  void programsReadStates() {
    JsonNode state = app("replay", "account", "alice", "--json").returns(0).object();
    assertThat(state.propertyNames())
        .containsExactly(
            "category",
            "id",
            "version",
            "state",
            "complete",
            "closed",
            "parkedAt",
            "eventsRead",
            "snapshotVersion");
    assertThat(state.get("state").get("cents").intValue()).isEqualTo(300);
    assertThat(state.get("version").intValue()).isEqualTo(3);
    assertThat(state.get("snapshotVersion").intValue()).isEqualTo(2);
    JsonNode whole =
        app("replay", "account", "alice", "--no-snapshots", "--json").returns(0).object();
    assertThat(whole.get("eventsRead").intValue()).isEqualTo(3);
    assertThat(whole.get("state")).isEqualTo(state.get("state"));

    List<JsonNode> events =
        app("stream", "account", "alice", "--states", "--json").returns(0).objects();
    assertThat(events)
        .extracting(event -> event.get("state").get("cents").intValue())
        .containsExactly(0, 500, 300);
  }

  @Test
  void aBoundIsAVersionOrAMoment() {
    String recorded =
        shell
            .run("stream", "account", "alice", "--json")
            .objects()
            .get(2)
            .get("recordedAt")
            .stringValue();
    assertThat(state("--until", "0").get("cents").intValue()).isZero();
    assertThat(state("--until", "0").get("owner").isNull()).isTrue();
    assertThat(state("--until", "2").get("cents").intValue()).isEqualTo(500);
    assertThat(state("--until", recorded).get("cents").intValue()).isEqualTo(300);
    assertThat(state("--until", "2000-01-01").get("owner").isNull()).isTrue();
    // What it is made of, without the code.
    List<JsonNode> parts =
        shell.run("replay", "account", "alice", "--until", recorded, "--json").objects();
    assertThat(parts).hasSize(2);
    JsonNode stored = parts.get(0).get("state").get("state");
    assertThat(stored.get("cents").intValue()).isEqualTo(500);
    assertThat(parts.get(1).get("type").stringValue()).isEqualTo("Withdrawn");
    assertThat(
            shell
                .run("replay", "account", "alice", "--no-snapshots", "--limit", "2", "--json")
                .objects())
        .extracting(part -> part.get("type").stringValue())
        .containsExactly("Opened", "Deposited");
    assertThat(shell.run("replay", "account", "alice", "--until", "0").returns(0).out())
        .contains("up to version 0");
    refused("--until", "replay", "account", "alice", "--until", "soon");
    refused("--until", "replay", "account", "alice", "--until", "99999999999999999999");
  }

  private JsonNode state(String... bound) {
    return app("replay", "account", "alice", "--json", bound[0], bound[1]).object().get("state");
  }

  @Test
  void programsReadDifferences() {
    List<JsonNode> verified = app("verify", "--json").returns(1).objects();
    assertThat(verified)
        .extracting(one -> one.get("name").stringValue(), one -> one.get("kind").stringValue())
        .containsExactly(tuple("balances", "projection"), tuple("account", "aggregate"));
    JsonNode difference = verified.get(0).get("differences").get(0);
    assertThat(difference.get("key").stringValue()).isEqualTo("alice");
    assertThat(difference.get("stored").intValue()).isEqualTo(999);
    assertThat(difference.get("expected").intValue()).isEqualTo(300);
    assertThat(verified.get(1).get("differences")).isEmpty();
    app("verify", "account").returns(0);

    JsonNode renewed = app("rebuild", "balances", "--key", "alice", "--json").returns(0).object();
    assertThat(renewed.get("renewed").intValue()).isEqualTo(1);
    app("rebuild", "balances", "--key", "alice").returns(1);
    app("verify").returns(0);
    JsonNode rebuilt = app("rebuild", "balances", "--json").returns(0).object();
    assertThat(rebuilt.propertyNames())
        .containsExactly("projection", "generation", "former", "events", "millis");
    assertThat(rebuilt.get("generation").intValue()).isEqualTo(2);

    assertThat(app("rebuild", "balances", "--drop", "1").returns(1).err())
        .contains("generation 1", "generation 2 is live", "--yes");
    assertThat(app("rebuild", "balances", "--drop", "2", "--yes").returns(2).err())
        .contains("generation 2", "live");
    app("rebuild", "balances", "--drop", "1", "--yes").returns(0);
    app("rebuild", "balances", "--drop", "1", "--yes").returns(1);
    assertThat(shell.run("projections", "balances").returns(0).out()).doesNotContain("former");
    refused("--drop", "rebuild", "balances", "--drop", "1", "--key", "alice");
  }

  @Test
  void lagIsCountedByTheCodeOrWithoutIt() {
    JsonNode all = shell.run("lag", "--json").returns(0).object();
    assertThat(all.propertyNames())
        .containsExactly("projection", "checkpoint", "head", "events", "isAll", "ageMillis");
    assertThat(all.get("events").intValue()).isEqualTo(2);
    assertThat(app("lag", "balances", "--json").returns(0).object().get("events").intValue())
        .isOne();
    assertThat(shell.run("lag", "--count", "1").returns(0).out()).contains("1+");
    app("rebuild", "balances").returns(0);
    assertThat(app("lag").returns(0).out()).contains("none");
    assertThat(shell.run("lag", "nothing").returns(1).err()).contains("\"nothing\"");
    refused("--count", "lag", "--count", "0");
  }

  @Test
  void whatIsParkedIsTriedAgainOrDropped() {
    List<JsonNode> parked = shell.run("parked", "--json").returns(0).objects();
    assertThat(parked)
        .extracting(one -> one.get("id").stringValue(), one -> one.get("version").intValue())
        .containsExactly(tuple("carol", 2), tuple("carol", 3));
    String first = parked.get(0).get("position").stringValue();
    Shell.Run asked = shell.run("parked", "balances", "--drop", first).returns(1);
    assertThat(asked.err()).contains("version 2 of account/carol", "--yes");
    assertThat(shell.run("parked", "balances").returns(0).out()).contains("carol");
    shell.run("parked", "balances", "--drop", first, "--yes").returns(0);
    shell.run("parked", "balances", "--drop", first, "--yes").returns(1);
    shell.run("parked", "balances", "--drop", "1.0").returns(1);

    JsonNode retried = app("parked", "balances", "--retry", "--json").returns(0).object();
    assertThat(retried.get("done").intValue()).isOne();
    assertThat(retried.get("parked").intValue()).isZero();
    assertThat(app("parked", "balances", "--retry").returns(1).out()).contains("0 events");
    assertThat(shell.run("parked").returns(1).err()).contains("nothing is parked");
    // The deposit of 70,000 is missing for good, and verifying knows that.
    assertThat(shell.run("projections", "balances", "--rows", "--prefix", "carol").out())
        .contains("-100");
    app("rebuild", "balances", "--key", "alice").returns(0);
    app("verify").returns(0);
  }

  @Test
  void deadLettersAreDecided() throws Exception {
    JsonNode letter = shell.run("dead-letters", "--json").returns(0).object();
    assertThat(letter.propertyNames())
        .containsExactly("category", "id", "entry", "type", "attempts", "diedAt", "error");
    assertThat(letter.get("entry").stringValue()).isEqualTo("yacht");
    shell.run("dead-letters", "account", "bob").returns(1);
    shell.run("dead-letters", "account", "bob", "--redrive", "yacht").returns(1);
    shell.run("dead-letters", "account", "alice", "--drop", "other", "--yes").returns(1);
    shell.run("dead-letters", "account", "alice", "--drop", "yacht").returns(1);
    assertThat(
            shell
                .run("dead-letters", "account", "alice", "--drop", "yacht", "--yes", "--json")
                .returns(0)
                .object()
                .get("asked")
                .stringValue())
        .isEqualTo("drop");
    BankStore.work(url, queue -> queue.deadLetters("alice").isEmpty());
    shell.run("dead-letters").returns(1);
  }

  @Test
  void aTenantSeesItsOwn() {
    try (Provider provider = Providers.open(url);
        EventSourcing events = EventSourcing.on(provider)) {
      EventSourcing acme = events.forTenant("acme");
      Repository<Bank.Account, Bank.Command, Bank.Event> accounts = acme.repository(Bank.ACCOUNT);
      accounts.execute("dora", new Bank.Command.Open("Dora"));
      Projector.on(acme, Bank.BALANCES).catchUp();
      assertThat(acme.log().all(LogFilter.all()))
          .extracting(StreamEvent::version)
          .containsExactly(1L);
    }
    assertThat(app("replay", "account", "dora", "--tenant", "acme").returns(0).out())
        .contains("\"owner\":\"Dora\"");
    assertThat(app("stream", "account", "dora", "--states", "--tenant", "acme").returns(0).out())
        .contains("Opened", "\"owner\":\"Dora\"");
    app("replay", "account", "alice", "--tenant", "acme").returns(1);
    assertThat(app("verify", "--tenant", "acme").returns(0).out()).contains("1 row", "1 stream");
    assertThat(shell.run("lag", "--tenant", "acme").returns(0).out()).contains("balances", "none");
    assertThat(shell.run("lag").returns(0).out()).contains("~acme~balances");
    shell.run("parked", "--tenant", "acme").returns(1);
    shell.run("dead-letters", "--tenant", "acme").returns(1);
    refused("~TENANT~CATEGORY", "replay", "account", "dora", "--tenant", "acme");
    refused("~TENANT~CATEGORY", "stream", "account", "dora", "--tenant", "acme");
  }

  @Test
  void theCodeIsNamedOrAskedFor() throws IOException {
    for (String[] command :
        List.of(
            new String[] {"verify"},
            new String[] {"rebuild", "balances"},
            new String[] {"parked", "balances", "--retry"},
            new String[] {"stream", "account", "alice", "--states"})) {
      assertThat(shell.run(command).returns(2).err()).contains("--app app.jar");
    }
    refused("there is no such file", "verify", "--app", dir.resolve("none.jar").toString());
    refused("no such directory", "verify", "--app", dir.resolve("none") + "/*");
    Path empty = BankJar.empty(dir.resolve("empty.jar"));
    refused("META-INF/services", "verify", "--app", empty.toString());
    Path typo = BankJar.naming(dir.resolve("typo.jar"), "dev.holdfast.cli.bank.BnakApplication");
    refused("BnakApplication", "verify", "--app", typo.toString());
    Path none = BankJar.naming(dir.resolve("none.jar"), "dev.holdfast.cli.bank.Bank");
    refused("Bank", "verify", "--app", none.toString());
    Path twice =
        BankJar.withoutClasses(dir.resolve("twice.jar"), "dev.holdfast.cli.bank.BankApplication");
    assertThat(shell.run("verify", "account", "--app", twice.toString()).returns(0).out())
        .contains("account");

    // All jars of a directory, and a class path.
    Path lib = Files.createDirectory(dir.resolve("lib"));
    BankJar.of(lib.resolve("bank.jar"));
    shell.run("verify", "account", "--app", lib + "/*").returns(0);
    shell.run("verify", "account", "--app", empty + File.pathSeparator + jar).returns(0);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThat(app("replay", "account", "nobody").returns(1).err()).contains("account/nobody");
    assertThat(shell.run("replay", "account", "nobody").returns(1).err())
        .contains("account/nobody");
    assertThat(app("replay", "order", "1").returns(2).err()).contains("\"order\"", "account");
    assertThat(app("rebuild", "totals").returns(2).err()).contains("\"totals\"", "balances");
    assertThat(app("verify", "totals").returns(2).err()).contains("\"totals\"");
    assertThat(app("lag", "totals").returns(2).err()).contains("\"totals\"");
    refused("--app goes with --states", "stream", "account", "alice", "--app", jar);
    refused("--app goes with --retry", "parked", "--app", jar);
    refused("PROJECTION", "parked", "--retry");
    refused("one of them", "parked", "balances", "--retry", "--drop", "1.0");
    refused("17.0", "parked", "balances", "--drop", "first");
    refused("CATEGORY and ID", "dead-letters", "account");
    refused("CATEGORY and ID", "dead-letters", "--redrive", "yacht");
    refused("one of them", "dead-letters", "account", "alice", "--redrive", "a", "--drop", "b");
    assertThat(shell.run("parked", "nothing").returns(1).err()).contains("\"nothing\"");
  }

  private void refused(String named, String... call) {
    assertThat(shell.run(call).returns(2).err()).contains(named);
  }
}
