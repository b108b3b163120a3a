// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ProviderProblem;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.instrument.CallLog;
import dev.holdfast.tck.instrument.FixtureGuard;
import dev.holdfast.tck.instrument.Owed;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.RecordingProvider;
import dev.holdfast.tck.instrument.Show;
import dev.holdfast.tck.report.Conclusion;
import dev.holdfast.tck.report.Judge;
import dev.holdfast.tck.report.Report;
import dev.holdfast.tck.report.ReportFolder;
import dev.holdfast.tck.report.Results;
import dev.holdfast.tck.report.RuleResult;
import dev.holdfast.tck.report.Subject;
import dev.holdfast.tck.report.Summary;
import dev.holdfast.tck.report.Surroundings;
import dev.holdfast.tck.report.Verdict;
import dev.holdfast.tck.report.Versions;
import dev.holdfast.tck.report.Waivers;
import dev.holdfast.tck.spec.RuleBook;
import dev.holdfast.tck.spec.RuleText;
import dev.holdfast.tck.spec.UntestedRules;
import dev.holdfast.tck.words.RoundTrip;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What all rules of one run share: the fixture, the measured round trip, the seed, the selection of
 * rules, and what has come of them. Ends the run with the report. Thread-safe.
 */
final class Kit implements AutoCloseable {
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(2);

  /** So many times as long as a report has taken, rules run before the next one. */
  private static final int SHARE_OF_RULES = 30;

  private final Instant startedAt = Instant.now();
  private final long startNanos = System.nanoTime();
  private final RuleBook book = RuleBook.standard();
  private final RunLedger ledger = new RunLedger();
  private final RunSettings settings;
  private final Door door;
  private final ReportSink sink;
  private final RuleSelection selection;
  private final Waivers waivers;
  private final Optional<ReportFolder> folder;
  private final TckFixture fixture;
  private final Subject subject;
  private final RoundTrip roundTrip;
  private final Pace.Clock clock;
  private final SideBySide sideBySide;
  private final Progress progress;
  private final Object reporting = new Object();
  private boolean reported;
  private long nanosBetween = BETWEEN_REPORTS.toNanos();
  private long reportedNanos = startNanos;

  private Kit(RunSettings settings, Door door, ReportSink sink) {
    this.settings = settings;
    this.door = door;
    this.sink = sink;
    selection = new RuleSelection(settings.rules(), book);
    waivers = waivers(settings.waivers(), door.basedir(), book);
    progress = new Progress(selection::includes, this::results, this::tell);
    folder = door.reportFolder(settings.report());
    folder.ifPresent(ReportFolder::prepare);
    fixture = Fixtures.find(settings);
    TckFixture guarded = FixtureGuard.of(fixture, problem -> {});
    CallLog log = new CallLog();
    try (TestStore store = guarded.freshStore("round-trip");
        Provider provider =
            new RecordingProvider(
                "A", opened(store), log, new Owed(Pace.Clock.REAL, Instant::now))) {
      subject = subject(guarded.provider(), provider.info());
      roundTrip = RoundTrip.measure(provider);
      clock = Pace.of(store, roundTrip.slowest(), 1).clock();
    } catch (FixtureProblem e) {
      throw e;
    } catch (RuntimeException e) {
      // What parts of the fixture throw is a FixtureProblem already.
      throw new ProviderProblem(fixture.provider().toString(), log.text(e), e);
    }
    sideBySide =
        new SideBySide(
            storesAtOnce(guarded),
            selection::includes,
            this::run,
            () -> ledger.brokenFixture().isPresent());
    tell(
        "%s: %s, seed %d%s%s"
            .formatted(
                subject,
                selection.isSelective() ? "rules " + selection : "all rules",
                settings.seed(),
                sideBySide.atOnce() > 1 ? ", %d stores at once".formatted(sideBySide.atOnce()) : "",
                folder.map(place -> ", report " + place.html()).orElse("")));
    reportSoFar();
  }

  /**
   * Finds and tries the fixture before the first rule.
   *
   * @param parameter answers configuration parameters, null when one is not set
   * @param door through which the run came in
   * @param sink who else gets the report
   * @return the kit
   * @throws FixtureProblem when a setting is wrong, there is no fixture, or it opens another
   *     provider than it says
   */
  static Kit prepare(UnaryOperator<@Nullable String> parameter, Door door, ReportSink sink) {
    return new Kit(RunSettings.read(parameter), door, sink);
  }

  /** What was asked for, or what the fixture says. A class that is run alone has no company. */
  private int storesAtOnce(TckFixture guarded) {
    if (settings.parallel() != null) {
      return settings.parallel();
    }
    boolean wholeKit = door.isSuite() || !sink.equals(ReportSink.NONE);
    int says = wholeKit ? guarded.storesAtOnce() : 1;
    if (says < 1) {
      throw new FixtureProblem(
          "TckFixture.storesAtOnce of %s says %d, which is less than one."
              .formatted(fixture.getClass().getName(), says));
    }
    return says;
  }

  /** Either of them may be to blame for a handle that does not open. */
  private Provider opened(TestStore store) {
    try {
      return store.open();
    } catch (FixtureProblem e) {
      throw e;
    } catch (RuntimeException e) {
      throw new FixtureProblem(
          "No handle can be opened on a fresh store: %s. Does the fixture %s lead to a store that is there, or does %s fail to make its schema?"
              .formatted(Show.of(e), fixture.getClass().getName(), fixture.provider()),
          e);
    }
  }

  private static Waivers waivers(@Nullable String file, Path basedir, RuleBook book) {
    return file == null
        ? Waivers.none()
        : Waivers.read(basedir.resolve(file), book, LocalDate.now(ZoneOffset.UTC));
  }

  private static Subject subject(ProviderIdentity meant, ProviderInfo info) {
    ProviderIdentity found = new ProviderIdentity(info.id(), info.version());
    if (!found.equals(meant)) {
      throw new FixtureProblem(
          "The fixture means to open %s, but what it opens is %s.".formatted(meant, found));
    }
    return new Subject(info.id(), info.version(), info.specVersion(), info.features());
  }

  /** The provider under test, in words. */
  String subject() {
    return new ProviderIdentity(subject.id(), subject.version()).toString();
  }

  /** The fixture as its author wrote it. */
  TckFixture fixture() {
    return fixture;
  }

  /** The slowest of the measured calls. */
  Duration roundTrip() {
    return roundTrip.slowest();
  }

  /** The seed of a round. The first one has that of the run. */
  long seed(int round) {
    return settings.seed() + round - 1;
  }

  /** How often each rule runs. */
  int rounds() {
    return settings.repeat();
  }

  /** For how long at least rules disturb that do it for a while. */
  Duration soak() {
    return settings.soak();
  }

  SideBySide sideBySide() {
    return sideBySide;
  }

  /** The first run of a test. */
  RuleRun run(String ruleId, Method test) {
    return new RuleRun(this, ruleId, test, 1, seed(1));
  }

  RuleSelection selection() {
    return selection;
  }

  Waivers waivers() {
    return waivers;
  }

  RunLedger ledger() {
    return ledger;
  }

  /** The text of a rule that has a test. */
  RuleText rule(String id) {
    return book.find(id)
        .orElseThrow(() -> new FixtureProblem(id + " has a test and no text in docs/spec."));
  }

  /** How to run one rule alone. */
  String rerun(String ruleId, long seed) {
    return door.rerun(settings.rerun()).of(ruleId, seed);
  }

  /**
   * Notes that a test has ended. A report is written now and then, for whoever looks meanwhile, and
   * because the run may be killed.
   */
  void testEnded() {
    if (isTimeToReport()) {
      reportSoFar();
    }
  }

  private synchronized boolean isTimeToReport() {
    if (System.nanoTime() - reportedNanos < nanosBetween) {
      return false;
    }
    reportedNanos = System.nanoTime();
    return true;
  }

  /** The longer a report takes to write, the rarer it is written: it must not slow the rules. */
  private synchronized void reportTook(long nanos) {
    nanosBetween = Math.max(BETWEEN_REPORTS.toNanos(), SHARE_OF_RULES * nanos);
  }

  /** Notes that a rule class has ended. */
  void classEnded(String family, Class<?> ruleClass) {
    if (progress.ended(family, ruleClass)) {
      reportSoFar(); // it may be the last one that comes to its end
    }
  }

  private void reportSoFar() {
    folder.ifPresent(place -> {
      synchronized (reporting) {
        if (!reported) {
          long began = System.nanoTime();
          place.writeIfPossible(Conclusion.soFar(report()));
          reportTook(System.nanoTime() - began);
        }
      }
    });
  }

  private void tell(String line) {
    sink.tell(line);
    if (door.isSuite()) {
      System.out.println(line);
    }
  }

  /** Ends the run: concludes, reports, and fails it where no test did. */
  @Override
  public void close() {
    sideBySide.close();
    Report report = report();
    sink.accept(report);
    if (door.isSuite() && folder.isPresent()) {
      System.out.println(Summary.of(report, folder));
    }
    folder.ifPresent(place -> {
      synchronized (reporting) {
        reported = true;
        place.write(report);
      }
    });
    if (report.verdict() == Verdict.MISCONFIGURED) {
      if (ledger.isProblemShownByTests()) {
        return;
      }
      throw new FixtureProblem(report.because() + " " + String.join(" ", report.problems()));
    }
    boolean nothing = report.rules().stream().noneMatch(rule -> rule.status().isMeasured());
    boolean missed = door.isSuite() && !settings.acceptsGaps();
    if (nothing || (missed && report.verdict() == Verdict.NOT_MEASURED)) {
      throw new FixtureProblem("Too little was measured. " + report.because());
    }
  }

  private Report report() {
    List<RuleResult> rules = results();
    return Conclusion.of(
        subject,
        waivers,
        rules,
        new Judge(book, subject, selection.isSelective()).levels(rules),
        ledger.problems(),
        surroundings());
  }

  private List<RuleResult> results() {
    return new Results(book, UntestedRules.standard(), RuleTests.all().keySet(), waivers)
        .of(ledger.results());
  }

  private Surroundings surroundings() {
    return new Surroundings(
        Versions.current(),
        Runtime.getRuntime().availableProcessors(),
        roundTrip.samples(),
        roundTrip.slowest(),
        clock.name().toLowerCase(Locale.ROOT),
        ledger.timesSlowedDown(),
        sideBySide.atOnce(),
        settings.seed(),
        selection.toString(),
        startedAt,
        Duration.ofNanos(System.nanoTime() - startNanos),
        door.rerun(settings.rerun())
            .of(selection.isSelective() ? selection.toString() : null, settings.seed()));
  }
}
