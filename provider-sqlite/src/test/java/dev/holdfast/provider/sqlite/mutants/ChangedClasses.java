// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.ProviderFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Loads the provider's classes once more, with other text in the constants of one of them. SQL is
 * constant text, so the provider needs no door for this.
 */
final class ChangedClasses extends ClassLoader {

  private static final String PROVIDER = "dev.holdfast.provider.sqlite.";
  private static final int UTF8 = 1;
  private static final int STRING = 8;

  private final String changedClass;
  private final Map<String, String> changes;
  private final Set<String> used = new HashSet<>();

  /** How long a constant is that is no text, and how many numbers it takes. */
  private record Entry(int length, int slots) {
    static Entry of(int tag) throws IOException {
      return switch (tag) {
        case 3, 4, 9, 10, 11, 12, 17, 18 -> new Entry(4, 1);
        case 5, 6 -> new Entry(8, 2);
        case 7, 8, 16, 19, 20 -> new Entry(2, 1);
        case 15 -> new Entry(3, 1);
        default -> throw new IOException("unknown constant " + tag);
      };
    }
  }

  ChangedClasses(String className, Map<String, String> changes) {
    super(ChangedClasses.class.getClassLoader());
    this.changedClass = PROVIDER + className;
    this.changes = changes;
  }

  /** The factory of the changed provider. */
  ProviderFactory factory() {
    try {
      ProviderFactory factory =
          (ProviderFactory)
              loadClass(PROVIDER + "SqliteProviderFactory").getDeclaredConstructor().newInstance();
      Class.forName(changedClass, true, this);
      if (!used.equals(changes.keySet())) {
        throw new IllegalStateException(changedClass + " has not all of " + changes.keySet());
      }
      return factory;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      return name.startsWith(PROVIDER) ? define(name) : super.loadClass(name, resolve);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = name.equals(changedClass) ? changed(in.readAllBytes()) : in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text that changes is added at the end, as names of fields and methods may share the old. */
  private byte[] changed(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    byte[] head = in.readNBytes(8);
    int size = in.readUnsignedShort();
    Map<Integer, Integer> tags = new TreeMap<>();
    Map<Integer, byte[]> contents = new HashMap<>();
    Map<Integer, String> texts = new HashMap<>();
    for (int i = 1; i < size; ) {
      int tag = in.readUnsignedByte();
      tags.put(i, tag);
      if (tag == UTF8) {
        texts.put(i, in.readUTF());
        i++;
      } else {
        Entry entry = Entry.of(tag);
        contents.put(i, in.readNBytes(entry.length()));
        i += entry.slots();
      }
    }
    int next = size;
    for (int i : List.copyOf(tags.keySet())) {
      if (tags.get(i) == STRING) {
        String text = texts.get(ByteBuffer.wrap(contents.get(i)).getShort() & 0xFFFF);
        String other = changed(text);
        if (!other.equals(text)) {
          tags.put(next, UTF8);
          texts.put(next, other);
          contents.put(i, ByteBuffer.allocate(2).putShort((short) next).array());
          next++;
        }
      }
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(changed);
    out.write(head);
    out.writeShort(next);
    for (Map.Entry<Integer, Integer> constant : tags.entrySet()) {
      out.writeByte(constant.getValue());
      if (constant.getValue() == UTF8) {
        out.writeUTF(texts.get(constant.getKey()));
      } else {
        out.write(contents.get(constant.getKey()));
      }
    }
    in.transferTo(out);
    return changed.toByteArray();
  }

  private String changed(String constant) {
    String text = constant;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      if (text.contains(change.getKey())) {
        used.add(change.getKey());
        text = text.replace(change.getKey(), change.getValue());
      }
    }
    return text;
  }
}
