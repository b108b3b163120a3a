// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import dev.holdfast.provider.Payload;
import java.time.Instant;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where results go: tables and sentences for people, or an object in each line for programs. Not
 * thread-safe.
 */
public final class Output {

  private static final int CUT_AFTER = 160;

  private final Surroundings surroundings;
  private final boolean json;
  private final boolean full;
  private final Moments moments;

  /**
   * Creates the output of a command.
   *
   * @param surroundings where it goes
   * @param json whether programs read it
   * @param full whether payloads are shown whole
   */
  public Output(Surroundings surroundings, boolean json, boolean full) {
    this.surroundings = surroundings;
    this.json = json;
    this.full = full;
    this.moments = new Moments(surroundings.zone());
  }

  /** {@return whether programs read it} */
  public boolean isJson() {
    return json;
  }

  /** {@return times in the reader's zone} */
  public Moments moments() {
    return moments;
  }

  /** {@return a moment as people read it, nothing for null} */
  public @Nullable String time(@Nullable Instant moment) {
    return moment == null ? null : moments.show(moment);
  }

  /** Prints an object for programs. */
  public void object(ObjectNode object) {
    // A line separator of the platform would be no part of JSON lines elsewhere.
    surroundings.out().print(JsonText.write(object) + "\n");
  }

  /** Prints a sentence for people, also one that has text from the store. */
  public void line(String text) {
    surroundings.out().println(Printable.of(text));
  }

  /** Prints an empty line for people. */
  public void space() {
    surroundings.out().println();
  }

  /** Prints a heading for people. */
  public void heading(String text) {
    String printable = Printable.of(text);
    surroundings.out().println(surroundings.colours() ? Paint.BOLD.on(printable) : printable);
  }

  /** Prints a table for people. */
  public void table(Table table) {
    int width = full ? 0 : surroundings.columns();
    table.lines(width, surroundings.colours()).forEach(surroundings.out()::println);
  }

  /** Makes a picture for a width, with colours or without. */
  @FunctionalInterface
  public interface Picture {

    /**
     * Makes it.
     *
     * @param width the most columns that it should take
     * @param paint puts a colour on a text, where colours are shown
     * @return its lines, fit for a terminal
     */
    String make(int width, BiFunction<Paint, String, String> paint);
  }

  /** Prints a picture for people. */
  public void picture(Picture picture) {
    boolean colours = surroundings.colours();
    int width = full || surroundings.columns() == 0 ? Integer.MAX_VALUE : surroundings.columns();
    surroundings.out().print(picture.make(width, (paint, text) -> colours ? paint.on(text) : text));
  }

  /** Prints what does not belong to the result, such as a hint, where it does not disturb. */
  public void note(String text) {
    surroundings.out().flush();
    surroundings.err().println(Printable.of(text));
  }

  /** {@return a payload in one line, cut with a note where it is long; nothing for null} */
  public @Nullable String payload(@Nullable Payload payload) {
    if (payload == null) {
      return null;
    }
    return JsonText.parse(payload)
        .map(this::value)
        .orElseGet(() -> payload.size() + " bytes that are no JSON");
  }

  /**
   * {@return a payload that need not be JSON in one line, as text if it is text, else its size; cut
   * with a note where it is long}
   */
  public String opaque(Payload payload) {
    return JsonText.parse(payload)
        .map(this::value)
        .or(() -> JsonText.text(payload).map(this::value))
        .orElseGet(() -> Count.of(payload.size(), "byte"));
  }

  /** {@return a JSON value in one line, cut with a note where it is long} */
  public String value(JsonNode value) {
    return value(JsonText.write(value));
  }

  /** {@return a JSON text in one line, cut with a note where it is long} */
  public String value(String text) {
    if (full || Printable.width(text) <= CUT_AFTER) {
      return text;
    }
    return "%s (%,d characters, --full shows all)"
        .formatted(Printable.cut(text, CUT_AFTER), text.length());
  }

  /** {@return the progress of long work} */
  public Progress progress(String what) {
    return new Progress(surroundings, what);
  }
}
