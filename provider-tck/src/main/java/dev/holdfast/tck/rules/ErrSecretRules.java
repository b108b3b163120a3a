// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Configs;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Footprint;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.List;
import org.junit.jupiter.api.parallel.Isolated;

/** Errors never show what is nobody else's business. */
@RuleFamily("ERR")
@Isolated("what comes to the console of this JVM is looked at")
final class ErrSecretRules {

  /**
   * Messages name the instance and never carry payloads.
   *
   * <p><b>Shape:</b> marked secrets in every payload of the table of refusals; look into every
   * message, cause and line on the console.
   */
  @Rule("ERR-05")
  void messagesCarryNoPayloads(StoreUnderTest store) {
    List<Refusal> table = Refusals.of(store);
    String console =
        Footprint.consoleOf(() -> {
          for (Refusal refusal : table) {
            ProviderError error = refusal.refused();
            expectNoSecret(error);
            if (error instanceof LockLost || error instanceof DuplicateEvent) {
              Expect.that(
                  "The error does not name its instance: " + error.getMessage(),
                  error.instanceId() != null);
            }
          }
        });
    Expect.that("A payload was written to the console.", !console.contains(Refusals.SECRET));
  }

  /**
   * Messages never carry passwords or a URL with credentials.
   *
   * <p><b>Shape:</b> open with a secret as value of an unknown option, and with a foreign URL with
   * a password.
   */
  @Rule("ERR-05")
  void messagesCarryNoPasswords(StoreUnderTest store) {
    ProviderConfig unknown =
        Configs.like(store.config()).option("no-such-option", Refusals.SECRET).build();
    ProviderConfig foreign =
        ProviderConfig.url(
                "foreign-kit://user:" + Refusals.SECRET + "@host/db?password=" + Refusals.SECRET)
            .build();
    for (ProviderConfig config : List.of(unknown, foreign)) {
      expectNoSecret(
          Expect.thrown(
              "A wrong configuration was opened.",
              Misconfigured.class,
              () -> Providers.open(config).close()));
    }
  }

  private static void expectNoSecret(ProviderError error) {
    for (Throwable one = error; one != null; one = one.getCause()) {
      String text = String.valueOf(one.getMessage());
      if (text.contains(Refusals.SECRET)) {
        throw Expect.violation(
            "A secret is in the message of an error.",
            "no payload and no password",
            text.replace(Refusals.SECRET, "(the secret)"));
      }
    }
  }
}
