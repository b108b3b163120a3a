// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Values that nobody reads in the store: a converter encrypts what the default one writes. */
public final class SecretValues {

  /**
   * AES in JSON: each value is one text, of a nonce and what is encrypted with it. The nonce is
   * made of the value and not of chance: equal values must be equal texts, or a start that is
   * repeated would look like another one. So whoever reads the store sees which values are equal.
   */
  static final class Encrypted implements DataConverter {
    private static final int NONCE = 12;

    private final DataConverter plain = DataConverter.jackson();
    private final SecretKeySpec key;
    private final SecretKeySpec nonceKey;

    Encrypted(byte[] key, byte[] nonceKey) {
      this.key = new SecretKeySpec(key, "AES");
      this.nonceKey = new SecretKeySpec(nonceKey, "HmacSHA256");
    }

    @Override
    public String encode(@Nullable Object value) {
      byte[] text = plain.encode(value).getBytes(StandardCharsets.UTF_8);
      byte[] nonce = nonceOf(text);
      byte[] hidden = crypt(Cipher.ENCRYPT_MODE, nonce, text);
      byte[] both = Arrays.copyOf(nonce, NONCE + hidden.length);
      System.arraycopy(hidden, 0, both, NONCE, hidden.length);
      return plain.encode(Base64.getEncoder().encodeToString(both));
    }

    @Override
    public @Nullable Object decode(String json, Type type) {
      if (!(plain.decode(json, String.class) instanceof String text)) {
        return null; // what the runtime itself has left empty
      }
      byte[] both = Base64.getDecoder().decode(text);
      byte[] nonce = Arrays.copyOf(both, NONCE);
      byte[] hidden = Arrays.copyOfRange(both, NONCE, both.length);
      byte[] shown = crypt(Cipher.DECRYPT_MODE, nonce, hidden);
      return plain.decode(new String(shown, StandardCharsets.UTF_8), type);
    }

    private byte[] nonceOf(byte[] text) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(nonceKey);
        return Arrays.copyOf(mac.doFinal(text), NONCE);
      } catch (GeneralSecurityException e) {
        throw new DataConversionException("nothing can be encrypted here", e);
      }
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] bytes) {
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(128, nonce));
        return cipher.doFinal(bytes);
      } catch (GeneralSecurityException e) {
        throw new DataConversionException("it was written with another key", e);
      }
    }
  }

  static final Activity<String, Integer> WEIGH =
      Activity.named("patient.weigh", String.class, Integer.class);

  static final Orchestration<String, String> VISIT =
      Orchestration.named(
          "visit",
          String.class,
          String.class,
          (ctx, patient) -> patient + " weighs " + ctx.call(WEIGH, patient).await() + " kg");

  private SecretValues() {}

  static String run(String url) throws Exception {
    byte[] key = "this is a secret".getBytes(StandardCharsets.UTF_8); // from a safe place, really
    byte[] nonceKey = "this one as well".getBytes(StandardCharsets.UTF_8);
    DataConverter secret = new Encrypted(key, nonceKey);
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .dataConverter(secret)
            .activity(WEIGH, (context, patient) -> 61)
            .orchestration(VISIT)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(VISIT, "visit-1", "Ada");
      boolean same = !client.start(VISIT, "visit-1", "Ada").inputDiffers();
      String outcome = client.await(VISIT, "visit-1", Duration.ofMinutes(1));
      EncodedValue output = client.status("visit-1").output();
      String stored = output == null ? "" : output.json();
      return outcome
          + "; stored in secret: "
          + !stored.contains("Ada")
          + ", started again with the same: "
          + same;
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
