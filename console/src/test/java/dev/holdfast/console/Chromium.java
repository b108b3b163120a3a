// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A browser without a screen, where the machine has one. */
final class Chromium implements AutoCloseable {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final ChromeDriver driver;

  private Chromium(ChromeDriver driver) {
    this.driver = driver;
  }

  /** {@return the browser of this machine: HOLDFAST_TEST_CHROMIUM, or one on the path} */
  static Optional<Path> found() {
    String given = System.getenv("HOLDFAST_TEST_CHROMIUM");
    return given == null || given.isBlank()
        ? onPath("chromium", "chromium-browser", "google-chrome")
        : Optional.of(Path.of(given));
  }

  /** {@return what drives it: beside it, or on the path} */
  static Optional<Path> driver() {
    return found()
        .map(browser -> browser.resolveSibling("chromedriver"))
        .filter(Files::isExecutable)
        .or(() -> onPath("chromedriver"));
  }

  private static Optional<Path> onPath(String... names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(dir -> Path.of(dir, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Chromium open() {
    // Both are named, so that nothing is looked for, and nothing fetched.
    ChromeOptions options = new ChromeOptions();
    options.setBinary(found().orElseThrow().toString());
    options.addArguments(
        List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--force-prefers-reduced-motion"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver().orElseThrow().toFile())
            .build();
    return new Chromium(new ChromeDriver(service, options));
  }

  /** Makes the window as wide as a desktop's, or as a phone's, light or dark. */
  Chromium as(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    return this;
  }

  /** Opens the link that the console prints. */
  Chromium visit(String link) {
    driver.get("about:blank");
    driver.get(link);
    return this;
  }

  /** Goes to a view, such as {@code instances?status=failed}. */
  Chromium go(String view) {
    driver.executeScript("location.hash = arguments[0]", "#/" + view);
    return this;
  }

  /** Waits until a text stands in the page. */
  Chromium see(String text) {
    until(() -> text().contains(text), text);
    return this;
  }

  /** {@return all that a reader sees} */
  String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  /** {@return the element, once it is there} */
  WebElement find(String css) {
    until(() -> !driver.findElements(By.cssSelector(css)).isEmpty(), css);
    return driver.findElement(By.cssSelector(css));
  }

  int count(String css) {
    return driver.findElements(By.cssSelector(css)).size();
  }

  /** Clicks a button or link by what stands on it. */
  Chromium click(String text) {
    By by = By.xpath("(//button|//a)[normalize-space()='%s']".formatted(text));
    until(() -> !driver.findElements(by).isEmpty(), text);
    driver.findElements(by).getLast().click();
    return this;
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  String address() {
    return driver.getCurrentUrl();
  }

  void until(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!holds(condition)) {
      assertThat(System.nanoTime()).as("waits for %s in:%n%s", what, text()).isLessThan(end);
      // The pace: the browser draws a frame.
      driver.executeAsyncScript("requestAnimationFrame(() => arguments[0]())");
    }
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (org.openqa.selenium.StaleElementReferenceException e) {
      return false; // the page has drawn it anew meanwhile
    }
  }

  /** Keeps what is seen, for people. */
  void keep(String name) throws IOException {
    Path file = Path.of("target", "screens", name + ".png");
    Files.createDirectories(file.getParent());
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
