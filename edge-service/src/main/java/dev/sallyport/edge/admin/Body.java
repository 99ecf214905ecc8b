package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.JsonTree;
import dev.sallyport.edge.declaration.tree.Limits;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request. Unknown members, wrong types and duplicate members are refused with
 * their names.
 */
final class Body {

  private Body() {}

  /**
   * @param reader takes what it knows; the rest is refused
   * @throws BodyRefused if anything is wrong
   */
  static <T> T read(byte @Nullable [] body, Function<Fields, Optional<T>> reader) {
    return readTree(
        body,
        (tree, report) ->
            Fields.of(tree, "", report)
                .flatMap(
                    fields -> {
                      Optional<T> value = reader.apply(fields);
                      fields.refuseRest();
                      return value;
                    }));
  }

  static <T> T readTree(byte @Nullable [] body, BiFunction<Tree, Report, Optional<T>> reader) {
    Report report = new Report("body");
    Optional<T> value =
        JsonTree.read(
                body == null ? new byte[0] : body, JsonTree.Dialect.STRICT, Limits.DOCUMENT, report)
            .flatMap(tree -> reader.apply(tree, report));
    if (!report.isClean()) {
      throw new BodyRefused(report.findings());
    }
    return value.orElseThrow(() -> refused("", "is not complete"));
  }

  /** A parameter that cannot be taken. */
  static BodyRefused refused(String name, String message) {
    Report report = new Report("request");
    report.add(Position.START, name, message);
    return new BodyRefused(report.findings());
  }
}
