// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is left of an exception after it was stored. */
class FailureTest extends OnSqlite {

  private static final Activity<String, String> PAY =
      Activity.named("pay", String.class, String.class);

  /** A user's exception. */
  static class PaymentDown extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PaymentDown(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private HoldfastClient paying(Orchestration<String, String> orchestration) {
    return work(b ->
            b.orchestration(orchestration)
                .cacheSize(0)
                .activity(
                    PAY,
                    (actx, in) -> {
                      try {
                        throw new ConnectException("refused by 10.0.0.1");
                      } catch (IOException e) {
                        throw new PaymentDown("gateway down", e);
                      }
                    }))
        .client();
  }

  private static void assertThatNothingIsLost(Throwable shown) {
    assertThat(shown).isInstanceOf(RecordedException.class);
    assertThat(shown)
        .hasMessage("gateway down")
        .hasToString(PaymentDown.class.getName() + ": gateway down");
    assertThat(shown.getStackTrace()[0].getMethodName()).startsWith("lambda$paying");
    assertThat(shown.getStackTrace()[0].getClassName()).isEqualTo(FailureTest.class.getName());
    assertThat(shown.getStackTrace()[0].getLineNumber()).isPositive();
    assertThat(shown.getCause())
        .hasMessage("refused by 10.0.0.1")
        .hasToString("java.net.ConnectException: refused by 10.0.0.1");
    Failure failure = ((RecordedException) shown).failure();
    assertThat(failure.type()).isEqualTo(PaymentDown.class.getName());
    assertThat(failure.supertypes())
        .containsExactly(
            "java.lang.IllegalStateException",
            "java.lang.RuntimeException",
            "java.lang.Exception",
            "java.lang.Throwable");
    assertThat(failure.is(IllegalStateException.class)).isTrue();
    assertThat(failure.is(IOException.class)).isFalse();
    assertThat(failure.cause()).isNotNull();
    assertThat(failure.cause().is(IOException.class)).isTrue();
    assertThat(failure.hasCause(IOException.class)).isTrue();
    assertThat(failure.hasCause(PaymentDown.class)).as("itself").isTrue();
    assertThat(failure.hasCause(InterruptedException.class)).isFalse();
    assertThat(failure.hasCause(one -> "refused by 10.0.0.1".equals(one.message()))).isTrue();
    StringWriter printed = new StringWriter();
    shown.printStackTrace(new PrintWriter(printed));
    assertThat(printed.toString().lines().map(String::strip))
        .contains(
            PaymentDown.class.getName() + ": gateway down",
            "Caused by: java.net.ConnectException: refused by 10.0.0.1");
  }

  @Test
  void anActivitysExceptionReachesTheCodeAndWhoAwaitsIt() throws Exception {
    Orchestration<String, String> pays =
        Orchestration.named(
            "pays",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.call(PAY, in).await();
              } catch (ActivityFailedException e) {
                assertThatNothingIsLost(e.getCause());
                ctx.event("go on", String.class).await(); // and in replay
                throw e;
              }
            });
    HoldfastClient client = paying(pays);
    client.start(pays, "x", "");
    awaitEvents("x", "ActivityFailed", 1);
    client.raise("x", "go on", "");
    OrchestrationFailedException failed =
        catchThrowableOfType(
            OrchestrationFailedException.class, () -> client.await(pays, "x", LONG));
    assertThat(failed.failure().type()).isEqualTo(ActivityFailedException.class.getName());
    assertThatNothingIsLost(failed.getCause().getCause());
  }

  @Test
  void aChildsExceptionReachesItsParent() throws Exception {
    Orchestration<String, String> child =
        Orchestration.named(
            "child",
            String.class,
            String.class,
            (ctx, in) -> {
              throw new PaymentDown("no", new IOException("behind"));
            });
    Orchestration<String, String> parent =
        Orchestration.named(
            "parent",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.child(child, in).await();
              } catch (ChildFailedException e) {
                return e.getCause() + " / " + e.getCause().getCause();
              }
            });
    HoldfastClient client = work(b -> b.orchestration(child).orchestration(parent)).client();
    client.start(parent, "x", "");
    assertThat(client.await(parent, "x", LONG))
        .isEqualTo(PaymentDown.class.getName() + ": no / java.io.IOException: behind");
  }

  @Test
  void aFailureIsBoundedHoweverDeepAndLongItsExceptionIs() {
    Throwable deep = new IOException("x".repeat(1_000_000));
    for (int i = 0; i < 1_000; i++) {
      deep = new IOException("y".repeat(10_000), deep);
    }
    Failure failure = Failure.of(deep);
    // As when parents of parents fail because of their children.
    for (int i = 0; i < 100; i++) {
      failure = Failure.of(new ChildFailedException("child", failure, false));
    }
    List<Failure> chain = Stream.iterate(failure, f -> f != null, Failure::cause).toList();
    assertThat(chain).hasSizeLessThan(20);
    assertThat(chain).allMatch(f -> String.valueOf(f.message()).length() <= 4_000);
    assertThat(chain).allMatch(f -> f.stack().size() <= 40);
  }

  @Test
  void aMessageIsNotCutWithinACharacter() {
    String message = new Failure("t", "x".repeat(3_996) + "\uD83D\uDE00".repeat(10)).message();
    assertThat(message).isEqualTo("x".repeat(3_996) + "...");
  }

  @Test
  void oneThatIsItsOwnCauseIsRecorded() {
    Exception loop =
        new Exception("loop") {
          private static final long serialVersionUID = 1L;

          @Override
          public synchronized Throwable getCause() {
            return this;
          }
        };
    assertThat(Failure.of(loop).message()).isEqualTo("loop");
  }
}
