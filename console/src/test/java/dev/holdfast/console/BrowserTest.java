// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.runtime.InstanceState;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/**
 * The page in a real browser, where the machine has a Chromium with its driver: on the path, or as
 * HOLDFAST_TEST_CHROMIUM names it. What is seen is kept in {@code target/screens}.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {

  private static final String TOO_WIDE =
      "return [...document.querySelectorAll('.scroll')]"
          + ".filter(one => one.scrollWidth > one.clientWidth + 1).length";
  private static final String HIDDEN =
      "return [...document.querySelectorAll('[aria-current], [aria-selected=\"true\"]')]"
          + ".filter(one => one.getBoundingClientRect().right > innerWidth + 1).length";

  private Sample sample;
  private Console console;
  private Chromium browser;

  @BeforeAll
  void open(@TempDir Path dir) throws Exception {
    assumeTrue(
        Chromium.driver().isPresent(),
        "no Chromium with a chromedriver on the path (or HOLDFAST_TEST_CHROMIUM): the page is not"
            + " tested in a browser");
    sample = Sample.fill("sqlite:" + dir.resolve("console.db"));
    console =
        Console.serve(
            sample.provider(),
            ConsoleOptions.builder()
                .listen("127.0.0.1", 0)
                .allowActions(true)
                .storeName("sqlite:console.db")
                .states(
                    (stream, version) -> Optional.of(Sample.json("{\"folded\":" + version + "}")))
                .build());
    browser = Chromium.open();
  }

  @AfterAll
  void close() {
    if (browser != null) {
      browser.close();
    }
    if (console != null) {
      console.close();
      sample.close();
    }
  }

  @BeforeEach
  void visit() {
    browser.as(1280, 900, false).visit(console.link()).find(".nav a[aria-current]");
  }

  private static String coded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Test
  void theTokenDoesNotStayInTheAddress() {
    assertThat(browser.address()).doesNotContain("token");
    browser.script("sessionStorage.clear()");
    browser.go("instances").see("A token is needed");

    String token = console.link().replaceAll(".*#token=", "");
    browser.find("#token").sendKeys(token);
    browser.click("Open").see("order-1");
  }

  @Test
  void theOverviewCounts() throws IOException {
    browser.see("Failed last").see("broken-1");
    browser.until(() -> browser.count(".tile") >= 5, "tiles");
    browser.keep("overview");
  }

  @Test
  void instancesAreSearchedAndOpened() throws IOException {
    browser.go("instances").see("order-1").click("failed");
    browser.until(() -> !browser.text().contains("order-1"), "only failed ones");
    browser.see("broken-1").keep("instances");
    browser.go("instances").find("input[name=name]").sendKeys("process-order");
    browser.click("Search").see("order-5");
    browser.until(() -> !browser.text().contains("broken-1"), "only orders");
    browser.click("order-5").see("paid customer 5").see("It has completed");
    browser.keep("instance");
  }

  @Test
  void anInstanceIsSeenInTimeAndAsItWas() throws IOException {
    browser.go("instance/order-1/timeline").see("charge").see("attempt 2");
    assertThat(browser.count(".bar-fill.failed")).isGreaterThan(1); // one is in the legend
    browser.keep("timeline");
    browser.go("instance/order-1/history").see("ActivityFailed");
    browser.go("instance/order-1/then?event=2").see("Event 2: ActivityScheduled");
    browser.until(() -> browser.text().contains("What it waited for"), "the state");
    browser.keep("as-it-was");
    browser.click("›").see("Event 3");
    browser.go("instance/family/tree").see("family/child");
    browser.go("instance/order-1/keys").see("customer 1");
  }

  @Test
  void aRunIsDrawn() throws IOException {
    browser.go("runs").see("run-1").click("run-1").find("svg .step.suspended");
    assertThat(browser.count("svg .step")).isEqualTo(5);
    browser.find("svg .step.suspended").click();
    browser.see("Step approve").see("Suspended for");
    browser.keep("run");
  }

  @Test
  void aStreamIsSeenVersionByVersion() throws IOException {
    browser.go("streams").see("Deposited");
    browser.go("stream/account/alice?version=2").see("Event: Deposited").see("\"folded\": 2");
    browser.keep("stream");
    browser.go("projections").see("balances").see("behind");
    browser.click("balances").see("alice");
    browser.go("queues").see("activities");
    browser.until(() -> browser.count("td") > 5, "the queues");
  }

  @Test
  void aViewLooksAgainByItself() throws InterruptedException {
    browser.go("instances?name=listen").see("listen-1");

    sample.client().start(Sample.LISTEN, "came-later", "x");

    browser.see("came-later");
  }

  @Test
  void anEventIsRaisedAfterAQuestion() throws InterruptedException {
    sample.client().start(Sample.LISTEN, "browser-raise", "hello ");
    browser.go("instance/browser-raise").click("Raise event").find("dialog[open]");
    browser.find("dialog input[name=event]").sendKeys("word");
    browser.find("dialog textarea").sendKeys("nonsense");
    browser.find("dialog button.main").click();
    browser.see("the value is not JSON");
    browser.find("dialog textarea").clear();
    browser.find("dialog textarea").sendKeys("\"world\"");
    browser.find("dialog button.main").click();

    assertThat(sample.client().await(Sample.LISTEN, "browser-raise", Duration.ofMinutes(1)))
        .isEqualTo("hello world");
    browser.see("completed");
  }

  @Test
  void anInstanceIsCancelledAndDeletedAfterAQuestion() throws InterruptedException {
    sample.client().start(Sample.LISTEN, "browser-delete", "x");
    browser.go("instance/browser-delete").click("Cancel").find("dialog[open] button.danger");
    browser.find("dialog button:not(.danger)").click();
    browser.until(() -> browser.count("dialog") == 0, "no dialog");
    assertThat(sample.client().status("browser-delete").state().isEnded()).isFalse();
    browser.click("Cancel").find("dialog[open] button.danger").click();
    assertThat(sample.client().awaitStatus("browser-delete", Duration.ofMinutes(1)).state())
        .isEqualTo(InstanceState.CANCELLED);

    browser.see("cancelled").click("Delete").find("dialog[open] input[name=again]");
    assertThat(browser.find("dialog button.danger").isEnabled()).isFalse();
    browser.find("dialog input[name=again]").sendKeys("browser-delete");
    browser.find("dialog button.danger").click();
    browser.until(() -> browser.address().endsWith("#/instances"), "the list");
    assertThat(sample.client().status("browser-delete").state()).isEqualTo(InstanceState.NOT_FOUND);
  }

  @Test
  void aRunIsCancelledAfterAQuestion() {
    sample.graphs().client().start(Sample.GRAPH, "browser-run", java.util.Map.of("text", "x"));
    browser.go("run/browser-run").see("suspended").click("Cancel");
    browser.find("dialog[open] button.danger").click();
    browser.see("cancelled");
  }

  /** What applications store is text, whatever it looks like. */
  @Test
  void nothingThatIsStoredBecomesMarkup() {
    String evil = coded(Sample.EVIL);
    for (String view :
        List.of(
            "",
            "instances",
            "instances?id=" + evil,
            "instance/" + evil,
            "instance/" + evil + "/timeline",
            "instance/" + evil + "/history",
            "instance/" + evil + "/then?event=1",
            "instance/" + evil + "/tree",
            "instance/" + evil + "/keys",
            "run/evil-run",
            "streams",
            "stream/" + evil + "/" + evil,
            "stream/account/alice",
            "projection/balances")) {
      browser.go(view);
      browser.until(() -> browser.text().contains("onerror="), view);
      assertThat(browser.count("main img, main script, #notes img")).as(view).isZero();
      assertThat(browser.script("return window.pwned === undefined")).as(view).isEqualTo(true);
      assertThat(browser.count("main > .trouble")).as(view).isZero();
    }
  }

  /** If some code ever tried to, the browser would refuse it. */
  @Test
  void theBrowserRefusesMarkupFromTexts() {
    Object refused =
        browser.script(
            "try { document.body.innerHTML = '<b>x</b>'; return 'taken'; }"
                + " catch (error) { return error.name; }");

    assertThat(refused).isEqualTo("TypeError");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "instances",
        "instance/order-1",
        "instance/order-1/timeline",
        "instance/order-1/history",
        "run/run-1",
        "streams",
        "stream/account/alice",
        "instance/order-1/keys",
        "instance/broken-1/history",
        "projections",
        "queues"
      })
  void aPhoneShowsAllOfIt(String view) throws IOException {
    browser.as(390, 844, true).go(view);
    browser.until(() -> browser.count("h1") > 0 && browser.count("main .view > *") > 1, view);

    assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
        .as("nothing stands outside of the window")
        .isEqualTo(true);
    assertThat(browser.script(TOO_WIDE)).as("tables that are too wide").isEqualTo(0L);
    assertThat(browser.script(HIDDEN)).as("chosen entries that are not in sight").isEqualTo(0L);
    browser.keep("phone-" + (view.isEmpty() ? "overview" : view.replace('/', '-')));
  }

  @Test
  void howLongAgoSomethingWasIsAsOfNow() {
    browser.go("instance/order-1").see("It has completed").find("time.ago");
    browser.script("document.querySelector('time.ago').dateTime = new Date(0).toISOString()");

    browser.until(
        () -> browser.text().matches("(?s).*\\d{5,} days ago.*"), "that a time grows older");
  }

  @Test
  void anAddressThatIsNotWellFormedIsAnIdThatThereIsNot() {
    browser.go("instance/%zz").see("the store knows no such instance");
  }

  @Test
  void whatAStoreDoesNotHaveIsAbsentAndNoError() throws IOException {
    try (Console bare =
        Console.serve(
            BareStore.of(sample.provider()),
            ConsoleOptions.builder().listen("127.0.0.1", 0).build())) {
      browser.visit(bare.link()).find(".nav a[aria-current]");
      assertThat(browser.find(".nav").findElements(By.cssSelector(".absent"))).hasSize(3);
      browser.click("Runs").see("Not in this store").see("STATE_TABLES");
      browser.go("instance/order-1").see("paid customer 1");
      assertThat(browser.text()).doesNotContain("Key-values").doesNotContain("Delete");
    }
  }
}
