package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Tree;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The settings that {@code sallyport.yaml} knows, and the property that each one sets. */
enum Setting {
  MAX_FRAME("maxFrame", "sallyport.edge.http.max-frame", Kind.SIZE, "32MiB"),
  CALL_TIMEOUT("callTimeout", "sallyport.edge.call.timeout", Kind.DURATION, "60s");

  enum Kind {
    SIZE("a size with its unit"),
    DURATION("a duration with its unit");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final String key;
  private final String property;
  private final Kind kind;
  private final String example;

  Setting(String key, String property, Kind kind, String example) {
    this.key = key;
    this.property = property;
    this.kind = kind;
    this.example = example;
  }

  String key() {
    return key;
  }

  String property() {
    return property;
  }

  /** Reads all settings; values are in the form that configuration takes. */
  static Map<String, String> read(Fields fields) {
    Map<String, String> properties = new LinkedHashMap<>();
    for (Setting setting : values()) {
      fields
          .tree(setting.key)
          .ifPresent(
              tree ->
                  setting
                      .value(tree)
                      .ifPresentOrElse(
                          value -> properties.put(setting.property, value),
                          () ->
                              fields
                                  .report()
                                  .add(
                                      tree.at(),
                                      fields.path(setting.key),
                                      "must be "
                                          + setting.kind.words
                                          + ", such as "
                                          + setting.example)));
    }
    fields.refuseRest();
    return properties;
  }

  private Optional<String> value(Tree tree) {
    if (!(tree instanceof Tree.Scalar scalar)) {
      return Optional.empty();
    }
    return switch (kind) {
      case SIZE -> Durations.bytes(scalar.text()).filter(size -> size > 0).map(String::valueOf);
      case DURATION ->
          Durations.parse(scalar.text())
              .filter(duration -> !duration.isZero())
              .map(duration -> duration.toString().toUpperCase(Locale.ROOT));
    };
  }
}
